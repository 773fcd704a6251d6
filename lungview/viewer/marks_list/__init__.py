"""All marks of a study: which there are, where, and what they measure."""
