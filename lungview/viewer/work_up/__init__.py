"""The work-up as a window shows it, without any window: its questions, what is filled in, what was said."""
