"""Correct the outline of a finding by hand: brush and threshold."""
