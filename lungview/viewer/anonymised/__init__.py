"""Anonymised copies as a reader asks for them: of what, where to, and what became of it."""
