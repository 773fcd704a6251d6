"""TENSORFLOW, here and nowhere else: data, architectures, training, evaluation, export."""
