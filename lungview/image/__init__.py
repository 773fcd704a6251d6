"""PIXELS: files to modality values, windows, series, measures. No Qt, no TensorFlow."""
