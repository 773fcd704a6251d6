"""What the record of earlier sessions says of slices: looked up in a thread, once a slice and question."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from lungview.classify.kept import record
from lungview.image.slice import Slice
from lungview.viewer.event import Event
from lungview.viewer.workspace import Workspace


class Earlier:
    """Asks the record about slices on screen. The viewer's own thread hashes no pixels and opens no file.

    ready: the names in the record are known. Before that nothing can be asked: ask again then.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.ready = Event[()]()
        self._pending = 0
        self.begin()

    def begin(self) -> None:
        """Look into the record as it is now."""
        self._names: frozenset[tuple[str, int]] | None = None
        self._asked: WeakKeyDictionary[Slice, set[Hashable]] = WeakKeyDictionary()
        self._workspace.background.run(record.names, on_result=self._on_names, on_error=self._on_no_names)

    @property
    def pending(self) -> bool:
        """Whether something is being looked up."""
        return self._names is None or self._pending > 0

    def ask(
        self,
        slice_: Slice,
        question: Hashable,
        look: Callable[[], Any],
        on_result: Callable[[Any], None],
    ) -> None:
        """Run `look` in a thread, unless it was asked before, or the record holds no picture of that name."""
        name = slice_.instance.sop_instance_uid, slice_.instance.frame
        if self._names is None or name not in self._names:
            return
        asked = self._asked.setdefault(slice_, set())
        if question in asked:
            return
        asked.add(question)
        self._pending += 1
        self._workspace.background.run(
            look, on_result=lambda found: self._on_found(on_result, found), on_error=self._on_error
        )

    def _on_found(self, on_result: Callable[[Any], None], found: Any) -> None:
        self._pending -= 1
        on_result(found)

    def _on_error(self, error: BaseException) -> None:
        self._pending -= 1
        self._workspace.news.told.emit(str(error))

    def _on_names(self, names: frozenset[tuple[str, int]]) -> None:
        self._names = names
        self.ready.emit()

    def _on_no_names(self, error: BaseException) -> None:
        self._workspace.news.told.emit(str(error))
        self._on_names(frozenset())
