"""Studies at hand: what was opened on this computer, found again, and read one after the other."""
