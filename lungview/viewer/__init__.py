"""The window without the window: what panes, links and commands are, in plain objects. No Qt."""
