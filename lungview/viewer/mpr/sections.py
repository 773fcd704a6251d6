"""What panes show of masks on planes: cut at once where it takes a moment, else behind the picture."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from lungview.study.volume import Volume
from lungview.viewer.common.pictured import Pictured, pictured
from lungview.viewer.mpr.plane_content import PlaneContent

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.study.series import Series
    from lungview.viewer.common.background import Call
    from lungview.viewer.panes.pane import Pane
    from lungview.viewer.state import ViewState
    from lungview.viewer.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """A plane on screen: of which series, cut from which volume, and where it lies."""

    series: Series
    volume: Volume
    shown: Slice
    on: Pictured


def seen(workspace: Workspace, pane: Pane) -> Seen | None:
    """The plane in a pane; None where it shows none."""
    stack, shown = workspace.stack_of(pane), pane.state.slice
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
    """make: called once for a picture and a key, in another thread unless it is quick."""

    key: Hashable
    make: Callable[[], T]
    quick: bool = False


class Sections(Generic[T]):
    """For each pane what `ask` wants of the plane in it; the latest wish only.

    ask: None for nothing. told: of each pane what has come, None when it is no longer there.
    """

    def __init__(
        self,
        workspace: Workspace,
        ask: Callable[[Pane, Seen], Wanted[T] | None],
        told: Callable[[Pane, T | None], None] = lambda *_: None,
    ) -> None:
        self._workspace, self._ask, self._told = workspace, ask, told
        self._held: dict[Pane, tuple[Slice, Hashable, T]] = {}
        self._coming: dict[Pane, tuple[Slice, Hashable, Call]] = {}

    def follow(self, pane: Pane) -> None:
        """Have it for every picture of a pane."""
        pane.changed.connect(lambda before, after: self._on_view(pane, before, after))
        self.renew(pane)

    def _on_view(self, pane: Pane, before: ViewState, after: ViewState) -> None:
        if after.slice is not before.slice:
            self.renew(pane)

    def of(self, pane: Pane) -> T | None:
        """What there is for the picture in a pane; None until it has come."""
        held = self._held.get(pane)
        return held[2] if held is not None and held[0] is pane.state.slice else None

    def renew(self, pane: Pane) -> None:
        """Ask anew; what is there already, or under way, stays."""
        plane = seen(self._workspace, pane)
        wanted = None if plane is None else self._ask(pane, plane)
        if plane is None or wanted is None:
            self._drop(pane)
            return
        wish = plane.shown, wanted.key
        if _same(self._coming.get(pane), wish):
            return
        self._stop(pane)
        if _same(self._held.get(pane), wish):
            return
        if wanted.quick:
            self._take(pane, wish, wanted.make())
            return
        task = self._workspace.masks.run(
            wanted.make,
            on_result=lambda made: self._take(pane, wish, made),
            on_error=lambda error: self._fail(pane, error),
        )
        self._coming[pane] = (*wish, task)

    def _take(self, pane: Pane, wish: tuple[Slice, Hashable], made: T) -> None:
        self._coming.pop(pane, None)
        self._held[pane] = (*wish, made)
        self._told(pane, made)

    def _fail(self, pane: Pane, error: BaseException) -> None:
        """No mask rather than a wrong one, and a word on it."""
        self._coming.pop(pane, None)
        self._workspace.news.told.emit(f"Masks could not be cut: {type(error).__name__}")

    def _drop(self, pane: Pane) -> None:
        self._stop(pane)
        if self._held.pop(pane, None) is not None:
            self._told(pane, None)

    def _stop(self, pane: Pane) -> None:
        under_way = self._coming.pop(pane, None)
        if under_way is not None:
            under_way[2].cancel()


def _same(held: tuple[Any, ...] | None, wish: tuple[Slice, Hashable]) -> bool:
    return held is not None and held[0] is wish[0] and held[1] == wish[1]
