"""Findings in a CT: where a nodule or a mass may be, and how suspicious it is."""
