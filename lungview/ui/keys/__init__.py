"""Keys by place and by character, where the focus sends them, and what the reader bound anew."""
