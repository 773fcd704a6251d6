"""The pixels of DICOM frames: where they lie, how they are packed, and the LUTs on their way to values."""
