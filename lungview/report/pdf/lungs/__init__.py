"""Lungs in numbers on a page of a PDF."""
