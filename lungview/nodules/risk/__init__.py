"""How likely a nodule is malignant by published formulas: Brock (PanCan), Mayo, Herder."""
