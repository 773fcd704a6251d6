"""What goes out: jobs at the desk, and the workers that do them."""
