"""What a model may judge: whether a slice is one of its kind."""
