"""What `lungview selftest` checks, one part of the program a file."""
