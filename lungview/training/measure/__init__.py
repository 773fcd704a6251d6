"""Figures of models, and of the data they come from."""
