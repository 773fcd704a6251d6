"""A series, a picture or a named place, from its slices to findings."""
