"""A range of slices as a film or as pictures, as they are on screen."""
