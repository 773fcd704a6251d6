"""From a double click to the window: start-up, one instance, what the window is made of, the demo."""
