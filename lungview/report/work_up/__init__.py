"""A work-up as words, as text for the RIS and as a table."""
