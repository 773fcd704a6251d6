"""Reports as DICOM objects."""
