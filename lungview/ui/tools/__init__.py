"""Mouse tools of the viewport, one a file."""
