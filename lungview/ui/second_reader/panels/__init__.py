"""What the second reader says of a slice, of a series, and by all its models."""
