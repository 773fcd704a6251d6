"""The views of a window: a viewport each, its slider and header, in rows and columns."""
