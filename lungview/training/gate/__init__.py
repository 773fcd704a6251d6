"""What a network has seen: how far a picture is from it, and how often the gate is right."""
