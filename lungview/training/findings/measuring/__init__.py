"""Figures of the findings network."""
