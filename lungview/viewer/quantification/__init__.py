"""Lungs in numbers, in the window without Qt: what is measured, and how."""
