"""Studies: the series that are open, of one opening after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from lungview.sources.files.scan import Skipped
from lungview.study.key import frame_key, patient_digest
from lungview.study.series import Series

StudyKey = tuple[str, str]


def study_of(series: Series) -> StudyKey:
    """Whose study it is and which: series of one key belong together."""
    return patient_digest(series.patient), series.study.study_instance_uid


class Studies:
    """What is listed, in the order it was opened; each series has a key of its own.

    paths: what was opened, of which something is still listed. skipped: files that could not be shown.
    """

    def __init__(self) -> None:
        self.series: list[Series] = []
        self.skipped: list[Skipped] = []
        self.paths: tuple[Path, ...] = ()
        self._fresh: set[str] = set()  # keys of the opening under way

    def begin(self, paths: Iterable[Path], *, add: bool) -> None:
        """Something of `paths` was found: it stands beside what is listed, or (add False) in its place."""
        self._fresh = set()
        if not add:
            self.series, self.skipped, self.paths = [], [], ()
        self.paths = tuple(dict.fromkeys((*self.paths, *paths)))

    def put(self, series: Series) -> Series:
        """List a series that was found or has grown. Returns it as it is listed.

        One that is open already, from the same files, stays as it is where it holds more than the new one.
        """
        listed = self._as_listed(series)
        if any(each is listed for each in self.series):
            return listed
        self._fresh.add(listed.key)
        keys = [each.key for each in self.series]
        if listed.key in keys:
            self.series[keys.index(listed.key)] = listed
        else:
            self.series.append(listed)
        return listed

    def end(self, found: Sequence[Series], skipped: Iterable[Skipped]) -> tuple[Series, ...]:
        """The opening is over: list what it found in the order given. Returns it as it is listed."""
        mine = tuple(self.put(series) for series in found)
        earlier = [each for each in self.series if each.key not in self._fresh]
        self.series = [*earlier, *(each for each in mine if each.key in self._fresh)]
        self.skip(skipped)
        return mine

    def skip(self, skipped: Iterable[Skipped]) -> None:
        """Add files that could not be shown, each once."""
        known = {each.path: each for each in (*self.skipped, *skipped)}
        self.skipped = list(known.values())

    def close(self, gone: Iterable[Series]) -> None:
        """List some series no longer."""
        keys = {each.key for each in gone}
        self.series = [each for each in self.series if each.key not in keys]
        files = {instance.path for each in self.series for instance in each.instances}
        folders = files | {parent for path in files for parent in path.parents}
        self.paths = tuple(path for path in self.paths if _folder(path) in folders)

    def _as_listed(self, series: Series) -> Series:
        """With a key that no other series has; or the listed one, where it holds the same and more."""
        key, number = series.key, 1
        while (other := self._earlier(key)) is not None:
            if len(other.instances) > len(series.instances) and _holds(other, series, as_it_is=True):
                return other
            if _holds(series, other):
                break
            number += 1
            key = f"{series.key} ({number})"
        return series if key == series.key else replace(series, key=key)

    def _earlier(self, key: str) -> Series | None:
        """The series of that key of an earlier opening."""
        return next((e for e in self.series if e.key == key and key not in self._fresh), None)


def _holds(series: Series, other: Series, *, as_it_is: bool = False) -> bool:
    """Whether all pictures of `other` are in `series`; as_it_is: with what their files hold now."""
    held = {frame_key(each): each.version for each in series.instances}
    return all(
        frame_key(each) in held and not (as_it_is and held[frame_key(each)] != each.version)
        for each in other.instances
    )


def _folder(path: Path) -> Path:
    """Where the pictures of a path are: those of a DICOMDIR lie beside it."""
    return path.parent if path.name.upper() == "DICOMDIR" else path
