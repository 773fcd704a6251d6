"""The studies that are open, and which of them stand beside each other."""
