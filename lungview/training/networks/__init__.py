"""Networks between Keras and LiteRT."""
