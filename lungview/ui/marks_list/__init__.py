"""The marks of the study in a list, with the curve or the histogram of the chosen one."""
