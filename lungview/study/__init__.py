"""Many slices: which frame, which picture, which series."""
