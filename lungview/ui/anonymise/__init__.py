"""Anonymised copies, asked for and followed in the window."""
