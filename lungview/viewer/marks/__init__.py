"""What is drawn on pictures while they are open."""
