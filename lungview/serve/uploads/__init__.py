"""What comes in: a form with files, into a folder of its own, and what it asks."""
