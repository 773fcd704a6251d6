"""Opening from archives: nodes, search, retrieval while the first slices are read."""
