"""A folder's batch: its run, its table and its acceptance test."""
