"""Tools of the left button that change the view."""
