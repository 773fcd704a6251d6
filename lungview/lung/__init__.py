"""The lungs in a volume: where they are, how large, how dense."""
