"""DICOM files: header, frames, stored values with all that makes a Slice of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import UID, JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless

from lungview.errors import ReadError
from lungview.image.readers import faults
from lungview.image.readers.codecs import RETIRED_JPEG
from lungview.image.readers.data_set import container as containers
from lungview.image.readers.data_set.container import Container
from lungview.image.readers.data_set.elements import Likeness, as_ordinary
from lungview.image.readers.data_set.geometry import (
    FrameGroups,
    ratio,
    size_commas,
    spacing,
    thickness,
    value_commas,
)
from lungview.image.readers.data_set.module import ImagePixel, image_pixel
from lungview.image.readers.data_set.values import number, numbers, present, text
from lungview.image.readers.frames.dicom_file import DicomFile, open_file, open_kept
from lungview.image.readers.frames.frame_count import as_it_lies, frame_count
from lungview.image.readers.frames.overlays import embedded, embedded_bits, overlays
from lungview.image.readers.frames.palette import palette
from lungview.image.readers.frames.pixels import decode, native, words
from lungview.image.readers.frames.rescale import beyond_hounsfield, modality_lut
from lungview.image.readers.frames.voi import inverted, windows
from lungview.image.readers.header import (
    SAID_OF_SERIES,
    TAGS,
    Header,
    common_instance,
    dicom_header,
    instance_of,
    patient,
    study,
)
from lungview.image.readers.quick import quick_container
from lungview.image.readers.source import Source
from lungview.image.readers.ultrasound import regions
from lungview.image.slice import Slice
from lungview.image.stored import NO_VALUES, Stored

FORMAT = "DICOM"
accepts = containers.looks_like_dicom


def read_header(source: Source) -> Header:
    """The file's Header; raises NoPixelData for an object without an image."""
    return _quickly(source, _header) or full_header(source)


def full_header(source: Source) -> Header:
    """The file's Header by the general parser."""
    return _header(containers.parse(source, TAGS), source)


def _header(container: Container, source: Source) -> Header:
    module = image_pixel(container, source)
    container = as_it_lies(module, container)
    frames, found = frame_count(module, container, source)
    return dicom_header(container.dataset, source, frames, (*container.warnings, *found))


def read_frame(source: Source, frame: int) -> Stored:
    """One frame, 0-based."""
    quick = _quickly(source, lambda container, source: _frame(open_file(source, container), frame))
    return quick or full_frame(source, frame)


def full_frame(source: Source, frame: int) -> Stored:
    """One frame by the general parser."""
    return _frame(open_kept(source), frame)


def _frame(file: DicomFile, frame: int) -> Stored:
    if not 0 <= frame < file.module.frames:
        raise ReadError(
            f"frame {frame} was asked for; the file has frames 0 to {file.module.frames - 1}",
            file.source.label,
        )
    return _stored(file, frame)


Made = TypeVar("Made")


def _quickly(source: Source, make: Callable[[Container, Source], Made]) -> Made | None:
    """What `make` makes of an ordinary file; None where the general parser has to look.

    So too after any error: the general parser's word on what is wrong is the one that counts. One that no
    bytes cause is a fault of the program, and noted.
    """
    try:
        container = quick_container(source)
        return None if container is None else make(container, source)
    except faults.OF_BYTES:
        return None
    except Exception as error:
        faults.count(error)
        return None


def read_frames(source: Source) -> Iterator[Stored]:
    """Every frame in turn."""
    file = open_file(source)
    for frame in range(file.module.frames):
        yield _stored(file, frame)


def _stored(file: DicomFile, frame: int) -> Stored:
    decoded = decode(file, frame)
    pixels = decoded.pixels
    groups = file.groups(frame)
    rest = _rest(file, groups)
    instance, place_found = instance_of(groups, file.source, frame, rest.about.instance)
    planes, planes_found = _overlays(file, frame)
    beyond = beyond_hounsfield(pixels, file.module, rest)
    return Stored(
        pixels=pixels,
        about=replace(
            rest.about,
            instance=instance,
            lossy=rest.about.lossy or decoded.lossy,
            warnings=(
                *file.warnings,
                *decoded.warnings,
                *rest.about.warnings,
                *planes_found,
                *place_found,
                *beyond,
            ),
        ),
        modality=rest.modality,
        palette=rest.palette,
        palette_first=rest.palette_first,
        padding=rest.padding,
        padded=_padded(file, frame, rest.padding),
        overlays=planes,
        bits=file.module.bits_shown,
    )


# What a Stored takes from the file but for the instance's own number, UID and place.
_SAID_OF_FRAMES = Likeness(
    *SAID_OF_SERIES.keywords,
    *("RescaleSlope", "RescaleIntercept", "RescaleType", "ModalityLUTSequence"),
    *("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction", "VOILUTSequence"),
    *("LossyImageCompression", "LossyImageCompressionMethod", "LossyImageCompressionRatio"),
    *("BurnedInAnnotation", "PixelPaddingValue", "PixelPaddingRangeLimit"),
    *("FloatPixelPaddingValue", "FloatPixelPaddingRangeLimit"),
    *("DoubleFloatPixelPaddingValue", "DoubleFloatPixelPaddingRangeLimit"),
    *("PixelAspectRatio", "SequenceOfUltrasoundRegions", "PresentationLUTShape"),
)


# The functional groups that this is read from.
_OWN_WORDS = ("PixelMeasuresSequence", "PixelValueTransformationSequence", "FrameVOILUTSequence")


def _rest(file: DicomFile, groups: FrameGroups) -> Stored:
    """The Stored but for pixels, overlays and place; made once for the frames that say nothing of it."""
    alike = bool(groups.items) and not any(present(groups.items[0], word) for word in _OWN_WORDS)
    if alike and file.alike:
        return file.alike[0]
    syntax = UID(file.dataset.file_meta.TransferSyntaxUID)  # a loss outlives the packing
    made = _SAID_OF_FRAMES.of(_all_but_pixels, file.dataset, file.source, file.module, syntax, groups.items)
    if alike:
        file.alike.append(made)
    return made


def _all_but_pixels(
    dataset: Dataset, source: Source, module: ImagePixel, syntax: UID, items: tuple[Dataset, ...]
) -> Stored:
    """The Stored but for its pixels, its overlays and its instance."""
    groups = FrameGroups(items, dataset)
    colours = palette(dataset, module.signed, source) if module.photometric == "PALETTE COLOR" else None
    lut, lut_found = modality_lut(groups, module.signed, source, colour=module.colour)
    signed = module.signed or lut.intercept < 0 or lut.slope < 0
    pixel_spacing, spacing_found = spacing(groups)
    file_windows, windows_found = windows(
        groups.find("FrameVOILUTSequence"),
        dataset,
        signed,
        fractions=module.floating or not lut.slope.is_integer(),
    )
    is_inverted, polarity_found = inverted(dataset, module)
    about = Slice(
        instance=common_instance(dataset, source, items),
        values=NO_VALUES,
        spacing=pixel_spacing,
        ratio=ratio(dataset),
        regions=regions(dataset),
        windows=file_windows,
        inverted=is_inverted,
        patient=patient(dataset),
        study=study(dataset),
        series_description=text(dataset, "SeriesDescription"),
        body_part=text(dataset, "BodyPartExamined").upper(),
        thickness=thickness(groups),
        lossy=_lossy(dataset, syntax),
        burned_in=text(dataset, "BurnedInAnnotation").upper() == "YES",
        warnings=(
            *(*lut_found, *spacing_found, *windows_found, *polarity_found),
            *(*size_commas(groups), *value_commas(groups)),
        ),
    )
    return Stored(
        pixels=NO_VALUES,
        about=about,
        modality=lut,
        palette=colours.colours if colours else None,
        palette_first=colours.first if colours else 0,
        padding=_padding(dataset, module),
    )


def _overlays(file: DicomFile, frame: int) -> tuple[tuple[np.ndarray, ...], tuple[str, ...]]:
    if as_ordinary(file.dataset):
        return (), ()  # an ordinary file has none
    module = file.module
    planes, found = overlays(file.dataset, module.rows, module.columns, frame)
    positions = embedded_bits(file.dataset, module.shift, module.bits_stored, module.bits_allocated)
    if positions and file.container.pixels is not None and module.samples == 1 < module.bits_allocated:
        loose, _ = native(file, frame)
        planes = (*planes, *embedded(words(*loose), positions)) if loose is not None else planes
    return planes, found


# These lose by definition, whatever the file says of itself (PS3.5 8.2.1, 8.2.3).
_LOSSY_SYNTAXES = {
    **dict.fromkeys((JPEGBaseline8Bit, JPEGExtended12Bit, *RETIRED_JPEG), "JPEG"),
    JPEGLSNearLossless: "JPEG-LS",
}
_METHODS = {
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "HTJ2K",
}


def _lossy(dataset: Dataset, syntax: UID) -> str:
    """What (0028,2110), (0028,2114) and (0028,2112) say: "", "lossy", "JPEG 10:1"."""
    if text(dataset, "LossyImageCompression").lstrip("0") != "1":  # some leave out the nought
        return _LOSSY_SYNTAXES.get(syntax, "")
    names = text(dataset, "LossyImageCompressionMethod").split("\\")
    ratios = numbers(dataset, "LossyImageCompressionRatio")
    name = _METHODS.get(names[-1], names[-1]) or _LOSSY_SYNTAXES.get(syntax, "lossy")
    return f"{name} {ratios[-1]:g}:1" if ratios and ratios[-1] > 0 else name


def _padded(file: DicomFile, frame: int, padding: tuple[float, float] | None) -> np.ndarray | None:
    """Where whole words are padding that BitsStored cannot hold, packed to bits; None where it can.

    Cut to BitsStored, 63536 of 12 bits would be 2096, a value that others may have.
    """
    module = file.module
    if padding is None or module.colour or module.floating or module.shift:
        return None
    most = (1 << (module.bits_stored - module.signed)) - 1
    loose = None if -most - 1 <= padding[0] and padding[1] <= most else native(file, frame)[0]
    if loose is None:
        return None
    found = words(*loose)
    typed = found.view(f"{'i' if module.signed else 'u'}{found.dtype.itemsize}")
    return np.packbits((typed >= padding[0]) & (typed <= padding[1]))


def _padding(dataset: Dataset, module: ImagePixel) -> tuple[float, float] | None:
    """Stored values that are padding, C.7.5.1.1.2; with a sign where the pixels have one, however written.

    Floats have elements of their own (C.7.6.24.1, C.7.6.25.1).
    """
    kind = "" if not module.floating else "Float" if module.bits_allocated == 32 else "DoubleFloat"
    value = number(dataset, f"{kind}PixelPaddingValue")
    if value is None:
        return None
    limit = number(dataset, f"{kind}PixelPaddingRangeLimit")
    ends = [value, value if limit is None else limit]
    half = 1 << (module.bits_allocated - 1)
    if module.signed:
        ends = [e - 2 * half if e >= half else e for e in ends]
    elif not module.floating:
        ends = [e + 2 * half if -half <= e < 0 else e for e in ends]
    return min(ends), max(ends)
