"""Corrections of outlines that a reader makes."""
