"""WHAT A MODEL SAYS OF ITSELF: its card, its one preparation, the registry."""
