"""What the findings network learns from."""
