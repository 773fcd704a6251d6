"""From a place or a box to an outline, its measures and its kind of density."""
