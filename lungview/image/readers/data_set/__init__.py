"""A DICOM data set, before its pixels: encoding, character sets, elements, geometry."""
