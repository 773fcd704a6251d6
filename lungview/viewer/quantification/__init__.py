"""Lungs in numbers, in the window without Qt: whose other scans are measured, and how."""
