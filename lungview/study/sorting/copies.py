"""Copies: pictures that are there twice. What two files say may be copied; only their pixels tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

from lungview.errors import LungViewError
from lungview.image.readers import read_stored
from lungview.image.readers.source import opened
from lungview.image.slice import Instance

_CHUNK = 1 << 20  # bytes read at once


class Copies:
    """Leaves out copies; looks into the files that are suspects alone, and into each once.

    check: called before a file is looked into; what it raises ends the search.
    """

    def __init__(self, check: Callable[[], None] = lambda: None) -> None:
        self._check = check
        self._files: dict[tuple[Path, str], object] = {}
        self._pixels: dict[tuple[Path, str, int], object] = {}

    def without(self, instances: Sequence[Instance]) -> tuple[list[Instance], list[str]]:
        """The instances but for copies of others, and sentences about what was found."""
        alike: dict[object, list[Instance]] = {}
        for instance in instances:
            alike.setdefault(_said(instance), []).append(instance)
        if len(alike) == len(instances):
            return list(instances), []
        kept, one_header = [], 0
        for group in alike.values():
            pictures = self._pictures(group) if len(group) > 1 else group
            kept += pictures
            one_header += len(pictures) if len(pictures) > 1 else 0
        return kept, _words(len(instances) - len(kept), one_header)

    def _pictures(self, group: Sequence[Instance]) -> list[Instance]:
        """One instance of each picture; the first by name of those that are the same."""
        ordered = sorted(group, key=lambda i: (str(i.path), i.member, i.frame), reverse=True)
        different = {self._file(instance): instance for instance in ordered}
        if len(different) > 1:  # other bytes may be the same pixels, written in another way
            different = {self._picture(instance): instance for instance in different.values()}
        return list(different.values())

    def _file(self, instance: Instance) -> object:
        key = instance.path, instance.member
        if key not in self._files:
            self._check()
            self._files[key] = _file_digest(instance)
        return self._files[key], instance.frame

    def _picture(self, instance: Instance) -> object:
        key = instance.path, instance.member, instance.frame
        if key not in self._pixels:
            self._check()
            self._pixels[key] = _pixel_digest(instance)
        return self._pixels[key]


def _said(instance: Instance) -> object:
    """What a copy and its original agree in; without a UID or a place nothing makes two files suspects."""
    place = instance.geometry.position if instance.geometry else None
    if not instance.sop_instance_uid and place is None:
        return instance.path, instance.member, instance.frame
    size = instance.rows, instance.columns
    return instance.sop_instance_uid, instance.frame, place, instance.instance_number, size


def _words(copies: int, one_header: int) -> list[str]:
    found = []
    if copies:
        found.append(f"{copies} slices are there more than once (the same pixels); each is shown once")
    if one_header:
        found.append(
            f"{one_header} different pictures have one copied header (the same SOP Instance UID, place and "
            f"number); all are shown, their places cannot be trusted"
        )
    return found


def _file_digest(instance: Instance) -> object:
    """Of all bytes; what cannot be read is like nothing else."""
    try:
        with opened(instance.path, instance.member) as source:
            digest = blake2b(digest_size=16)
            for chunk in _chunks(source.stream.read):
                digest.update(chunk)
            return digest.digest()
    except LungViewError:
        return instance.path, instance.member


def _chunks(read: Callable[[int], bytes]) -> Iterable[bytes]:
    while chunk := read(_CHUNK):
        yield chunk


def _pixel_digest(instance: Instance) -> object:
    """Of the decoded values and their size; what cannot be decoded is like nothing else."""
    try:
        values = read_stored(instance.path, instance.frame, instance.member).modality_values()
    except LungViewError:
        return instance.path, instance.member, instance.frame
    return values.shape, blake2b(values.tobytes(), digest_size=16).digest()
