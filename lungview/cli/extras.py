"""Parts of the program that a plain installation leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lungview.errors import InputError


@contextmanager
def needed(what: str, extra: str) -> Iterator[None]:
    """Imports for `what` of packages that lungview[extra] brings. Raises InputError: one is not installed."""
    try:
        yield
    except ImportError as error:
        raise InputError(
            f"{what} needs a part that is not installed ({error.name})", hint=f"pip install lungview[{extra}]"
        ) from error
