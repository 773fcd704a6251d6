"""What a reader left on pictures in the standard's own forms: presentation states, key objects, regions."""
