"""The findings of the series on screen, the reader's and the model's, as values."""
