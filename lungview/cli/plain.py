"""Words for a terminal: what a file's name or header may hold is shown as letters, and moves no cursor."""

from __future__ import annotations


def plain(text: object) -> str:
    """One line; control characters, line ends and marks that turn the direction of writing as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text))
