"""One file a kind of object: from its data set to an overlay."""
