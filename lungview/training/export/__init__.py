"""From a trained network to a folder of models/."""
