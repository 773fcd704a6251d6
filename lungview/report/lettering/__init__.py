"""Text on a page: fonts, both directions, fitting."""
