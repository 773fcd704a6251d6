"""Findings over the picture: on slices and on planes cut from them."""
