"""Where slices come from, and the slices in memory."""
