"""From what is on screen to a report, previewed, written or printed."""
