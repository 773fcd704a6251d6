"""Earlier studies of the patient on screen: a list, opened beside it in one click."""
