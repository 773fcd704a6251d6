"""Stories that fill a given box: printed a little smaller where they would run over by some lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reportlab.platypus import Flowable, Frame

Story = Sequence[Any]
Make = Callable[[float], Story]  # a story for a width in points
STEP = 1.05
MOST = 1.28  # as much smaller a whole page may be: 8.5 points are then 6.7
_ENDLESS, _ANY = 1e6, 8.0  # points, and a scale that nothing is out of


class Fitted(Flowable):  # type: ignore[misc]
    """A story drawn smaller by `scale`, so that it fills a box of `size` points."""

    def __init__(self, story: Story, size: tuple[float, float], scale: float) -> None:
        super().__init__()
        self.story, self.scale = story, scale
        self.width, self.height = size

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        return self.width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        draw_fitted(self.canv, self.story, (self.width, self.height), self.scale)


class Lazy(Flowable):  # type: ignore[misc]
    """A box whose story is made when it is drawn, and forgotten after it: memory stays bounded.

    make: gives what makes the story for a width. Whatever it holds is printed, as small as it must be.
    """

    def __init__(self, make: Callable[[], Make], size: tuple[float, float], before: float = 0.0) -> None:
        super().__init__()
        self.make, self.spaceBefore = make, before
        self.width, self.height = size

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        return self.width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        size = (self.width, self.height)
        found = fitted(self.make(), size, most=_ANY)
        if found is not None:
            draw_fitted(self.canv, found.story, size, found.scale)


def fitted(make: Make, size: tuple[float, float], most: float = MOST) -> Fitted | None:
    """The story as large as it fits the box, in points; None where it had to be smaller than 1 / `most`."""
    scale = 1.0
    while scale <= most:
        story = list(make(size[0] * scale))
        if height(story, size[0] * scale) <= size[1] * scale:
            return Fitted(story, size, scale)
        scale *= STEP
    return None


def height(story: Story, width: float) -> float:
    """How high a story is on a page without end, points."""
    total = after = 0.0
    for part in story:
        before = part.getSpaceBefore() if total else 0.0
        total += max(before - after, 0.0) + part.wrap(width, _ENDLESS)[1]
        after = part.getSpaceAfter()
        total += after
    return float(total)


def draw_fitted(canvas: Any, story: Story, size: tuple[float, float], scale: float) -> None:
    """Draw a story that fits from the top of a box at the canvas' origin."""
    canvas.saveState()
    canvas.scale(1 / scale, 1 / scale)
    box = Frame(0, 0, size[0] * scale, size[1] * scale + 1, 0, 0, 0, 0)
    box.addFromList(list(story), canvas)
    canvas.restoreState()
