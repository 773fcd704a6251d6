"""Lungs in numbers: as words, text, table and a page of a PDF."""
