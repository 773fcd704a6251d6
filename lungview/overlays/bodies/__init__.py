"""What segments and contours enclose in the patient, so that planes of any direction can cut it."""
