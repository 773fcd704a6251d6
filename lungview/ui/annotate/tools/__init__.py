"""One tool a kind of mark."""
