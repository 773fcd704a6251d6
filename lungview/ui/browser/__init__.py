"""What was found: the list of series, what was left out, and a file's tags."""
