"""QT, here and nowhere else."""
