"""A place in the patient that a list wants to be seen: whoever shows planes goes there."""

from __future__ import annotations

from lungview.study.space import Vector
from lungview.viewer.common.services import Services
from lungview.viewer.event import Event


class Going:
    """wanted(mm): planes through it are to be shown."""

    def __init__(self) -> None:
        self.wanted = Event[Vector]()


def of(services: Services) -> Going:
    """The one of a workspace."""
    return services.one(Going, Going)
