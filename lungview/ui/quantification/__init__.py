"""Lungs in numbers: a dialog with thirds, histogram, coronal map and a table over time."""
