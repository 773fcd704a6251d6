"""Studies at hand: what was opened, searched and read one after the other."""
