"""The network that finds candidates: greys and scale of its input, tiles, scores, peaks."""
