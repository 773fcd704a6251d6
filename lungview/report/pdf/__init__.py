"""Pages of PDF reports."""
