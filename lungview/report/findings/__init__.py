"""Findings in reports: their values in tables, their words, their pictures."""
