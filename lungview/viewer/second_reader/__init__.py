"""What models said, and what of it may be shown how."""
