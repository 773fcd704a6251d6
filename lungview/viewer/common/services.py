"""What features of a window hand one another: one object of a kind, found by its class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Services:
    """One object of a class, for one window."""

    def __init__(self) -> None:
        self._held: dict[type[Any], Any] = {}

    def put(self, service: object) -> None:
        """Offer an object by its class. ValueError where there is one: two would not know of each other."""
        if type(service) in self._held:
            raise ValueError(f"there is a {type(service).__name__} already")
        self._held[type(service)] = service

    def find(self, kind: type[T]) -> T | None:
        """The one of a class; None where its feature is not there."""
        found: T | None = self._held.get(kind)
        return found

    def one(self, kind: type[T], make: Callable[[], T]) -> T:
        """The one of a class, made when first asked for."""
        if kind not in self._held:
            made = make()
            self._held.setdefault(kind, made)  # it may have offered itself
        found: T = self._held[kind]
        return found
