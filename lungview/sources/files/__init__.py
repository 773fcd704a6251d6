"""Files: folders, archives and DICOMDIRs, looked through and listed as series."""
