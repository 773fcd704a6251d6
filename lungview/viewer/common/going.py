"""A place in the patient that a list wants to be seen: whoever shows planes goes there."""

from __future__ import annotations

from lungview.study.space import Vector
from lungview.viewer.common.services import Services
from lungview.viewer.event import Event


class Going:
    """wanted(mm): planes through it are to be shown. Planes shown later begin at the latest place."""

    def __init__(self) -> None:
        self.wanted = Event[Vector]()
        self._latest: tuple[str, Vector] | None = None

    def seen(self, series_key: str, place_mm: Vector) -> None:
        """A place of a series was gone to in its own slices."""
        self._latest = series_key, place_mm

    def latest(self, series_key: str) -> Vector | None:
        """Where a series was last gone to; None when another was, after it or alone."""
        if self._latest is None or self._latest[0] != series_key:
            return None
        return self._latest[1]


def of(services: Services) -> Going:
    """The one of a workspace."""
    return services.one(Going, Going)
