"""Writers of cases by suffix: PDF, tables, DICOM objects."""
