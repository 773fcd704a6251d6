"""A report is about one person: the one place that refuses to speak for slices of several."""

from __future__ import annotations

from collections.abc import Iterable

from lungview.errors import ReportError


def refuse_several(people: Iterable[str | None]) -> None:
    """Raise ReportError when slices are of more than one person.

    people: `Instance.person` of each slice, None where it is not known; "" is whoever a file does not name.
    """
    count = len({person for person in people if person is not None})
    if count > 1:
        raise ReportError(
            f"the slices of this report are of {count} different people; expected one",
            hint="open each patient alone, then report",
        )
