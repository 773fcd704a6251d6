"""DICOM files without what tells whose they are (PS3.15 Annex E)."""
