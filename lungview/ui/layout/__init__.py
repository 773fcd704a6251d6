"""Views beside each other, linked or not, and their window, cine and export."""
