"""DicomFile: a parsed and checked file; the last multi-frame ones are kept, their headers being long."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydicom.dataset import Dataset

from lungview.image.readers.data_set import container as containers
from lungview.image.readers.data_set.container import NATIVE, Container
from lungview.image.readers.data_set.geometry import FrameGroups, FunctionalGroups, functional_groups
from lungview.image.readers.data_set.module import ImagePixel, image_pixel, oddities
from lungview.image.readers.frames.fragments import Frame
from lungview.image.readers.frames.frame_count import (
    as_it_lies,
    encapsulated_frames,
    frame_count,
    refuse_second,
    refuse_undecoded,
)
from lungview.image.readers.source import Source
from lungview.image.slice import Version
from lungview.image.stored import Stored

# A 1,000-frame Enhanced CT has thousands of sequence items: parsing them again for every frame would cost
# more than decoding it.
_MOST_KEPT = 2
_kept: OrderedDict[tuple[Path, Version], DicomFile] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class DicomFile:
    """A parsed file, its checked Image Pixel module, its functional groups.

    codestreams: where each frame of compressed pixel data lies; () for native ones.
    alike: kept by the reader of frames for those whose own functional groups say nothing of it.
    """

    source: Source
    container: Container
    module: ImagePixel
    functional: FunctionalGroups
    warnings: tuple[str, ...]
    codestreams: tuple[Frame, ...] = ()
    alike: list[Stored] = field(default_factory=list, repr=False, compare=False)

    @property
    def dataset(self) -> Dataset:
        return self.container.dataset

    def groups(self, frame: int) -> FrameGroups:
        """The functional groups of one frame, 0-based."""
        return self.functional.of(frame)


def open_file(source: Source, container: Container | None = None) -> DicomFile:
    """The file, its pixels checked against its size. container: when parsed already. Raises ReadError."""
    container = container or containers.parse(source)
    module = image_pixel(container, source)
    container = as_it_lies(module, container)
    refuse_undecoded(container, source)
    refuse_second(container, source)
    frames, found = frame_count(module, container, source)
    codestreams = () if container.syntax in NATIVE else encapsulated_frames(module, container, source)
    if frames == 1 < len(codestreams):
        found = (*found, f"the pixel data holds {len(codestreams)} frames, one is said; the first is shown")
    found = (*container.warnings, *oddities(container.dataset, module, source), *found)
    module = replace(module, frames=frames)
    functional = functional_groups(container.dataset)
    return DicomFile(source, container, module, functional, found, codestreams)


def open_kept(source: Source) -> DicomFile:
    """As `open_file`; a multi-frame file parsed lately, and not changed since, is not parsed again."""
    if source.member or source.version is None:
        return open_file(source)
    key = source.path, source.version
    with _lock:
        kept = _kept.get(key)
    if kept is not None:
        return replace(kept, source=source, container=replace(kept.container, stream=source.stream))
    file = open_file(source)
    # a deflated file's data set is no part of the file, and would have to be kept whole
    if file.module.frames > 1 and file.container.stream is source.stream:
        _keep(key, file)
    return file


def _keep(key: tuple[Path, Version], file: DicomFile) -> None:
    with _lock:
        _kept[key] = file
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
