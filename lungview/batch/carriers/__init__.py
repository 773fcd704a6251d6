"""What carries a batch: processes here, or the workers of a cluster."""
