"""Ways to look at a picture: a loupe, colours, gestures of touchpad, touch screen and pen."""
