"""What a viewer does with archives: a study fetched, earlier ones found and opened, results sent."""
