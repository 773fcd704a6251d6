"""What follows from marks beyond their own numbers: a curve, a histogram, a volume."""
