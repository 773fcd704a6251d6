"""PNG, JPEG, TIFF and their like."""
