"""What the reader sends to archives: chosen in the report, kept in a queue, shown until it has arrived."""
