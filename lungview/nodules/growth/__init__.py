"""What became of nodules between two scans of one person."""
