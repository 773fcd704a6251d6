"""What views show of masks on planes: cut at once where it takes a moment, else behind the picture."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QCoreApplication

from lungview.study.volume import Volume
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.common.pictured import Pictured, pictured
from lungview.viewer.mpr.plane_content import PlaneContent

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.study.series import Series
    from lungview.ui.studies.session import Session
    from lungview.ui.studies.tasks import Task
    from lungview.viewer.state import ViewState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """A plane on screen: of which series, cut from which volume, and where it lies."""

    series: Series
    volume: Volume
    shown: Slice
    on: Pictured


def seen(session: Session, viewport: Viewport) -> Seen | None:
    """The plane in a view; None where it shows none."""
    stack, shown = session.stack_of(viewport), viewport.state.slice
    on = pictured(shown)
    if on is None or shown is None or stack.origin is None or not isinstance(stack.content, PlaneContent):
        return None
    return Seen(stack.origin, stack.content.volume, shown, on)


class Same:
    """Objects that are compared by which they are, and that live as long as they are compared."""

    def __init__(self, *objects: object) -> None:
        self._objects = objects

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Same)
            and len(self._objects) == len(other._objects)
            and all(a is b for a, b in zip(self._objects, other._objects, strict=True))
        )

    def __hash__(self) -> int:
        return hash(tuple(map(id, self._objects)))


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """make: called once for a picture and a key, elsewhere than in the window's thread unless it is quick."""

    key: Hashable
    make: Callable[[], T]
    quick: bool = False


class Sections(Generic[T]):
    """For each view what `ask` wants of the plane in it; the latest wish only.

    ask: None for nothing. told: of each view what has come, None when it is no longer there.
    """

    def __init__(
        self,
        session: Session,
        ask: Callable[[Viewport, Seen], Wanted[T] | None],
        told: Callable[[Viewport, T | None], None] = lambda *_: None,
    ) -> None:
        self._session, self._ask, self._told = session, ask, told
        self._held: dict[Viewport, tuple[Slice, Hashable, T]] = {}
        self._coming: dict[Viewport, tuple[Slice, Hashable, Task]] = {}

    def follow(self, viewport: Viewport) -> None:
        """Have it for every picture of a view."""
        viewport.changed.connect(lambda before, after: self._on_view(viewport, before, after))
        self.renew(viewport)

    def _on_view(self, viewport: Viewport, before: ViewState, after: ViewState) -> None:
        if after.slice is not before.slice:
            self.renew(viewport)

    def of(self, viewport: Viewport) -> T | None:
        """What there is for the picture in a view; None until it has come."""
        held = self._held.get(viewport)
        return held[2] if held is not None and held[0] is viewport.state.slice else None

    def renew(self, viewport: Viewport) -> None:
        """Ask anew; what is there already, or under way, stays."""
        plane = seen(self._session, viewport)
        wanted = None if plane is None else self._ask(viewport, plane)
        if plane is None or wanted is None:
            self._drop(viewport)
            return
        wish = plane.shown, wanted.key
        if _same(self._coming.get(viewport), wish):
            return
        self._stop(viewport)
        if _same(self._held.get(viewport), wish):
            return
        if wanted.quick:
            self._take(viewport, wish, wanted.make())
            return
        task = self._session.masks.run(
            wanted.make,
            on_result=lambda made: self._take(viewport, wish, made),
            on_error=lambda error: self._fail(viewport, error),
        )
        self._coming[viewport] = (*wish, task)

    def _take(self, viewport: Viewport, wish: tuple[Slice, Hashable], made: T) -> None:
        self._coming.pop(viewport, None)
        self._held[viewport] = (*wish, made)
        self._told(viewport, made)
        viewport.update()

    def _fail(self, viewport: Viewport, error: BaseException) -> None:
        """No mask rather than a wrong one, and a word on it."""
        self._coming.pop(viewport, None)
        said = QCoreApplication.translate("Sections", "Masks could not be cut: %1")
        self._session.told.emit(said.replace("%1", type(error).__name__))

    def _drop(self, viewport: Viewport) -> None:
        self._stop(viewport)
        if self._held.pop(viewport, None) is not None:
            self._told(viewport, None)
            viewport.update()

    def _stop(self, viewport: Viewport) -> None:
        under_way = self._coming.pop(viewport, None)
        if under_way is not None:
            under_way[2].cancel()


def _same(held: tuple[Any, ...] | None, wish: tuple[Slice, Hashable]) -> bool:
    return held is not None and held[0] is wish[0] and held[1] == wish[1]
