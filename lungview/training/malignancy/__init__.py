"""The outline's and the judge's coefficients: fitted to nodules in HU with readers' masks and ratings."""
