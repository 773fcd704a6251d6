"""LITERT, here and nowhere else."""
