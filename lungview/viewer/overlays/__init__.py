"""What others said of pictures, as the window shows it: which of it, in which colour, on which view."""
