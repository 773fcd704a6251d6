"""What every room of the viewer stands on: work behind it, and what its parts have for one another."""
