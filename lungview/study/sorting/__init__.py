"""Which frames belong together, and in which order: identity, stacks, copies, localizers."""
