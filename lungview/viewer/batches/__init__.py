"""A batch in the window: its run in the background, and its report."""
