"""The language of the window: what Qt is told, and all that is on screen said anew when it changes."""
