"""The DICOM node without a window: takes studies in, judges them, answers to an archive."""
