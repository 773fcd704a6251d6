"""Preferences, keys, theme, and what the program says of itself."""
