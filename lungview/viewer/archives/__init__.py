"""What the window does with archives: a study fetched into a folder, earlier ones found and fetched ahead."""
