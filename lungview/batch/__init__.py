"""A folder of images → a table of cases."""
