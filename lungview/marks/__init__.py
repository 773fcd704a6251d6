"""What a reader left on pictures: annotations and key images, and where they are kept."""
