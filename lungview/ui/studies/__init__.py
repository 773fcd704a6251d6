"""What is open: the session, the stacks in its views, background work and undo."""
