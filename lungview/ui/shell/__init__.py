"""The window's frame: its actions, views in a grid, theme and messages. It knows no feature."""
