"""Multiplanar views: planes cut from a series, and the crosshair that moves and turns them."""
