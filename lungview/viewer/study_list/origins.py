"""Which archive a study came from, known while it is retrieved; the list of studies keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from lungview.study.series import Series
from lungview.viewer.common.retrieved import place_of
from lungview.viewer.study_list.entry import EntryKey
from lungview.viewer.study_list.noted import key_of


class Origins:
    """One a window: the archives of what was retrieved since the program started, by their names.

    By the folder that a study is retrieved into: what another medium has of the same UIDs is another matter.
    Who keeps names of archives elsewhere is told here when one is renamed.
    """

    def __init__(self) -> None:
        self._places: dict[Path, str] = {}
        self._followers: list[Callable[[str, str], None]] = []

    def when_renamed(self, follow: Callable[[str, str], None]) -> None:
        """Call with the name before and the name after, whenever an archive is renamed."""
        self._followers.append(follow)

    def rename(self, before: str, after: str) -> None:
        """An archive has another name in the settings: what came from it still did."""
        self._places = {place: after if node == before else node for place, node in self._places.items()}
        for follow in self._followers:
            follow(before, after)

    def retrieved(self, study_uid: str, node: str) -> None:
        """Note which archive a study is retrieved from, the last one where there were several."""
        self._places[place_of(study_uid)] = node

    def of_file(self, path: Path) -> str:
        """The archive of a file that was retrieved, "" for any other."""
        return next((node for place, node in self._places.items() if place in path.parents), "")

    def of_studies(self, series: Iterable[Series]) -> dict[EntryKey, str]:
        """The archives of those studies that were retrieved."""
        first = {key_of(each): each.instances[0].path for each in series if each.instances}
        found = {key: self.of_file(path) for key, path in first.items()}
        return {key: node for key, node in found.items() if node}
