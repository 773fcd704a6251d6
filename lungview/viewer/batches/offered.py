"""The batches of a workspace before anybody wants one: made and loaded when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lungview.viewer.batches.batches import Batches
    from lungview.viewer.common.background import Background
    from lungview.viewer.workspace import Workspace


class Offered:
    """A workspace and its thread for batches. Reports, store and networks of batches are a fifth of all that
    a start would load.
    """

    def __init__(self, workspace: Workspace, background: Background) -> None:
        self._workspace, self._background = workspace, background
        self._made: Batches | None = None

    @property
    def batches(self) -> Batches:
        """The one object."""
        if self._made is None:
            from lungview.viewer.batches.batches import Batches

            self._made = Batches(self._workspace, self._background)
        return self._made

    @property
    def running(self) -> bool:
        return self._made is not None and self._made.running

    def stop(self) -> None:
        """As `Batches.stop`."""
        if self._made is not None:
            self._made.stop()


def of(workspace: Workspace) -> Batches:
    """The workspace's batches, which whoever has a thread for them has offered."""
    found = workspace.services.find(Offered)
    assert found is not None
    return found.batches
