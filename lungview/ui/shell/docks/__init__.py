"""The docks of a window and the panels in them."""
