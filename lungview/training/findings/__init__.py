"""How the findings network comes to be: its samples, its training, its figures and its file."""
