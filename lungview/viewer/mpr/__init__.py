"""Planes of a volume beside each other: what the crosshair is, and what it moves and turns."""
