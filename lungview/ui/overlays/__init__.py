"""Overlays of others on their pictures: segments, contours, presentation states, measurements; their list."""
