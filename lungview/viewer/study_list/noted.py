"""From series that were opened to entries of the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import cv2

from lungview.errors import LungViewError
from lungview.image.slice import Instance
from lungview.study.key import patient_digest
from lungview.study.series import Series, thumbnail
from lungview.viewer.study_list.entry import Entry, EntryKey

THUMBNAIL = 64  # px, the longest side


def key_of(series: Series) -> EntryKey:
    """Which entry a series belongs to."""
    uid = series.study.study_instance_uid
    return patient_digest(series.patient), uid or str(_first(series).parent.absolute())


def entries_of(
    series: Sequence[Series], opened: Iterable[Path] = (), archives: Mapping[EntryKey, str] | None = None
) -> tuple[Entry, ...]:
    """One entry for each study, in the order they come. Reads no pixels.

    opened: what was asked for: a folder below it that holds one study alone stands for all its files.
    archives: which a study was retrieved from.
    """
    studies: dict[EntryKey, list[Series]] = {}
    for each in series:
        if each.instances:
            studies.setdefault(key_of(each), []).append(each)
    folders = tuple(path.absolute() for path in opened if path.is_dir())
    came_from = archives or {}
    found = (_entry(key, mine, series, folders) for key, mine in studies.items())
    return tuple(replace(entry, archive=came_from.get(entry.key, "")) for entry in found)


def picture_of(mine: Sequence[Series]) -> bytes:
    """A small PNG of the series that shows most; empty where it cannot be read."""
    shown = max(mine, key=lambda each: (not each.localizer, len(each.instances)))
    try:
        pixels = thumbnail(shown, THUMBNAIL)
    except LungViewError:
        return b""
    stored = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".png", stored)[1])


def _entry(key: EntryKey, mine: list[Series], all_: Sequence[Series], folders: tuple[Path, ...]) -> Entry:
    first = mine[0]
    own = [instance for each in mine for instance in each.instances]
    others = [i.path.absolute() for each in all_ if key_of(each) != key for i in each.instances]
    return Entry(
        key,
        first.patient,
        first.study,
        tuple(dict.fromkeys(each.modality for each in mine if each.modality)),
        len(mine),
        len(own),
        _places(own, others, folders),
    )


def _places(own: list[Instance], others: list[Path], folders: tuple[Path, ...]) -> tuple[str, ...]:
    """What is opened to have these pictures and, where it can be, no others."""
    taken = {parent for path in others for parent in path.parents}
    found: dict[Path, None] = {}
    for instance in own:
        path = instance.path.absolute()
        known = [f for f in folders if f == path.parent or f in path.parents]
        whole = known and path.parent not in taken and not instance.member
        found[path.parent if whole else path] = None
    return tuple(str(path) for path in found if not any(parent in found for parent in path.parents))


def _first(series: Series) -> Path:
    return series.instances[0].path
