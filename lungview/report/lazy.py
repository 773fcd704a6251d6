"""Lazy: a part of a report that is made when it is drawn and forgotten after it: memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reportlab.platypus import Flowable, Frame


class Lazy(Flowable):  # type: ignore[misc]
    """A box of fixed size whose content is made at drawing time; what does not fit it is left out."""

    def __init__(self, make: Callable[[], Sequence[Any]], size: tuple[float, float]) -> None:
        super().__init__()
        self.make = make
        self.width, self.height = size

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        return self.width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        frame = Frame(0, 0, self.width, self.height, 0, 0, 0, 0)
        frame.addFromList(list(self.make()), self.canv)
