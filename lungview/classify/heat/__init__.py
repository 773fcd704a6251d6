"""Heat maps and their colours."""
