"""What one view shows: its state, its pictures, and their way to the screen."""
