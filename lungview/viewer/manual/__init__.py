"""The manual without a window: its pages and what is found in them."""
