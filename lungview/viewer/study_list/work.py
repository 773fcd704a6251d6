"""What is done with the list in the background: `with_list` opens it for one call, and closes it when done.

Every function of a list raises StudyListError when it cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.sources.files.scan import scan
from lungview.study.series import Series
from lungview.viewer.study_list.entry import Entry, EntryKey, Reading, missing, neighbour
from lungview.viewer.study_list.noted import entries_of, key_of, picture_of
from lungview.viewer.study_list.store import StudyStore


@dataclass(frozen=True, slots=True)
class Following:
    """The study to read next. entry: None where no other is left; number: its place, from 1, of `count`.

    gone: how many were passed over because their files are no more.
    """

    entry: Entry | None
    number: int
    count: int
    gone: int = 0


Change = Callable[[StudyStore], None]


def with_list(
    emit: Callable[[str], None], _cancelled: Callable[[], bool], function: Callable[..., Any], *args: Any
) -> Any:
    """function(list, *args). Emits the name of a file that was no list, in whose place one was begun."""
    with StudyStore() as store:
        if store.set_aside is not None:
            emit(store.set_aside.name)
        return function(store, *args)


def changed(store: StudyStore, change: Change) -> tuple[Entry, ...]:
    """The whole list after a change."""
    change(store)
    return store.all()


def archive_of(store: StudyStore, key: EntryKey) -> str:
    """The archive that a study came from, "" where the list has none."""
    entry = store.find(key)
    return entry.archive if entry is not None else ""


def is_noted(asked_for: Sequence[Path]) -> bool:
    """Whether an opening is the reader's: the sample of this program is no study."""
    sample = paths.resources().absolute()
    return any(sample not in (path.absolute(), *path.absolute().parents) for path in asked_for)


def pictures(series: Sequence[Series]) -> dict[EntryKey, bytes]:
    """A small PNG of each study; those that cannot be read are left out."""
    studies: dict[EntryKey, list[Series]] = {}
    for each in series:
        if each.instances:
            studies.setdefault(key_of(each), []).append(each)
    made = {key: picture_of(mine) for key, mine in studies.items()}
    return {key: png for key, png in made.items() if png}


def keep_pictures(found: dict[EntryKey, bytes]) -> Change:
    """The change that keeps small pictures."""

    def change(store: StudyStore) -> None:
        for key, png in found.items():
            store.picture(key, png)

    return change


def next_to_read(store: StudyStore, now: EntryKey | None, step: int, done: bool) -> Following:
    """The nearest study after (step 1) or before (-1) the one on screen that is not read and still there.

    done: the one on screen is read now.
    """
    if done and now is not None:
        store.read([now], Reading.READ)
    entries, at, gone = store.all(), now, 0
    keys = [entry.key for entry in entries]
    while (found := neighbour(entries, at, step)) is not None:
        if len(missing(found)) < len(found.paths):
            break
        at, gone = found.key, gone + 1
    return Following(found, keys.index(found.key) + 1 if found else 0, len(entries), gone)


def gone(entries: Iterable[Entry]) -> frozenset[EntryKey]:
    """The studies of which nothing is left where it was. May wait for drives."""
    return frozenset(entry.key for entry in entries if len(missing(entry)) == len(entry.paths))


def look_through(
    emit: Callable[[tuple[int, int]], None], cancelled: Callable[[], bool], folder: Path
) -> tuple[int, Change]:
    """How many studies are below a folder, and the change that lists them unopened. Reads headers alone, and
    one picture a study. Emits (files looked at, files known). Raises Cancelled.
    """
    found = scan([folder], on_progress=lambda done, all_: emit((done, all_)), cancelled=cancelled).series
    entries = entries_of(found, [folder])
    small = pictures(found)

    def change(store: StudyStore) -> None:
        store.put(entries, opened=False)
        keep_pictures(small)(store)

    return len(entries), change
