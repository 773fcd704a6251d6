"""The second reader of a series in the window: findings, outlines, lungs."""
