"""A setting that is needed before the settings are loaded, as it stands in their file: unchecked."""

from __future__ import annotations

import json

from lungview import paths


def setting(name: str) -> object:
    """The value of that name; None where there is none, or no file that can be read."""
    try:
        return json.loads((paths.config() / "settings.json").read_bytes())[name]
    except (OSError, ValueError, KeyError, TypeError):
        return None
