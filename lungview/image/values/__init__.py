"""Values of a header, parsed once for the whole program: dates, names, numbers, persons."""
