"""What was said, kept for good: answers, overrides and the reader's opinions."""
