"""Where slices come from: files and archives; and the slices in memory."""
