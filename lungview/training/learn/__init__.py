"""Training itself: its recipe, losses, starts and calibration."""
