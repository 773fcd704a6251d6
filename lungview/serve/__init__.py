"""The page in the browser and its HTTP interface: uploads to the same core as the window, answers back."""
