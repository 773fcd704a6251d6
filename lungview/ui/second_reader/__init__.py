"""The models' answer beside the reader's own."""
