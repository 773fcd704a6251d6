"""LungView: a lung CT viewer with a second reader. Research use only, not a medical device."""

__version__ = "0.2.0"
