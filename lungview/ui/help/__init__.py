"""Help inside: the manual, the first tour, what can be done in an empty view."""
