"""Pictures to train with: listed, labelled, split, changed."""
