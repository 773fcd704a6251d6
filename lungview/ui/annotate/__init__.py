"""Marks on the picture: drawn, edited, kept."""
