"""Files in, anonymised files out: each read, cleaned, looked at once more, and put in its place."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ImplicitVRLittleEndian

from lungview.errors import Cancelled, LungViewError, ReportError, UnsupportedFormat
from lungview.image.readers.source import Source, opened
from lungview.report.anonymise import burned_in, leftovers
from lungview.report.anonymise.cleaning import clean
from lungview.report.anonymise.codestreams import without_notes
from lungview.report.anonymise.profile import Profile
from lungview.report.anonymise.pseudonyms import Pseudonyms
from lungview.report.anonymise.target import Target
from lungview.sources.files.candidates import Candidate, candidates

WRITTEN, LEFT_OUT, BURNED_IN, FAILED = "written", "left out", "burned-in text likely", "failed"
IMPLEMENTATION = "2.25.233790527480961834729164728356182947362"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. name: where it went, "" where nowhere; reason: why, "" where all is well."""

    path: Path
    status: str
    name: str = ""
    reason: str = ""


@dataclass(slots=True)
class Names:
    """Places below the target: a folder a person, study and series, numbered in the order they come."""

    _numbers: dict[tuple[str, ...], int] = field(default_factory=dict)
    _below: defaultdict[tuple[str, ...], int] = field(default_factory=lambda: defaultdict(int))

    def next(self, dataset: Dataset) -> str:
        """The next file's name for a cleaned data set, fit for a DICOMDIR."""
        person, study, series = (
            (str(dataset.PatientID),),
            (str(dataset.PatientID), str(dataset.get("StudyInstanceUID", ""))),
            (*(str(dataset.get(k, "")) for k in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID")),),
        )
        parts = [
            f"{p}{self._number(key):06d}"
            for p, key in zip(("PT", "ST", "SE"), (person, study, series), strict=True)
        ]
        self._below[("file", *series)] += 1
        return "/".join((*parts, f"IM{self._below[('file', *series)]:06d}"))

    def _number(self, key: tuple[str, ...]) -> int:
        if key not in self._numbers:
            self._below[key[:-1]] += 1
            self._numbers[key] = self._below[key[:-1]]
        return self._numbers[key]


def anonymise(
    paths: tuple[Path, ...],
    target: Target,
    profile: Profile,
    *,
    with_burned_in: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Anonymise every DICOM file below some paths and in zips; gives and raises as `anonymise_each`."""
    found = candidates(paths, every=True)
    return anonymise_each(found, target, profile, with_burned_in=with_burned_in, cancelled=cancelled)


def anonymise_each(
    found: Iterable[Candidate],
    target: Target,
    profile: Profile,
    *,
    with_burned_in: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Anonymise files; one outcome a file, as it is done.

    with_burned_in: write what may have text in its pixels, too; it is said all the same. Raises OSError where
    the target takes no more, Cancelled soon after `cancelled` says yes.
    """
    pseudonyms, names = Pseudonyms(), Names()
    for candidate in found:
        if cancelled():
            raise Cancelled("the anonymised copies were stopped")
        yield _one(candidate, target, profile, pseudonyms, names, with_burned_in)


def _one(
    candidate: Candidate,
    target: Target,
    profile: Profile,
    pseudonyms: Pseudonyms,
    names: Names,
    with_burned_in: bool,
) -> Outcome:
    label = candidate.label
    try:
        if candidate.error is not None:
            raise candidate.error
        with opened(candidate.path, candidate.member) as source:
            dataset = _read(source)
        if dataset is None or burned_in.is_document(dataset):
            return Outcome(label, LEFT_OUT, reason=_why_left_out(dataset))
        risk = burned_in.reason(dataset)
        if risk and not with_burned_in:
            return Outcome(label, BURNED_IN, reason=risk)
        data = cleaned_bytes(dataset, profile, pseudonyms, for_media=target.for_media)
        name = names.next(dataset)
        target.put(name, data)
        return Outcome(label, BURNED_IN if risk else WRITTEN, name, risk)
    except UnsupportedFormat as error:
        return Outcome(label, LEFT_OUT, reason=error.message)
    except LungViewError as error:
        return Outcome(label, FAILED, reason=error.message)


def _why_left_out(dataset: Dataset | None) -> str:
    if dataset is None:
        return "a DICOMDIR, which names the originals"
    return "it carries a document, which may hold anything"


def cleaned_bytes(
    dataset: Dataset, profile: Profile, pseudonyms: Pseudonyms, *, for_media: bool = False
) -> bytes:
    """The file of a cleaned data set, which is changed in place, after a look for what was taken away.

    Raises ReportError where it cannot be written, or an original value is still in it.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    originals = leftovers.identifiers(dataset)
    clean(dataset, profile, pseudonyms)
    if isinstance(pixels := dataset.get("PixelData"), bytes):
        dataset["PixelData"].value = without_notes(pixels)
    if for_media:
        _fill(dataset)
    dataset.file_meta = _meta(dataset, syntax)
    dataset.preamble = b"\0" * 128
    buffer = io.BytesIO()
    try:
        dataset.save_as(buffer, enforce_file_format=True)
    except Exception as error:  # pydicom raises many kinds for values that no VR allows
        raise ReportError(f"it cannot be written as DICOM ({type(error).__name__})") from None
    data = buffer.getvalue()
    if found := leftovers.left(originals, dataset, data):
        raise ReportError(f"the original {found} would still be in the file")
    return data


def _fill(dataset: Dataset) -> None:
    """Dummies for what a DICOMDIR's records must have (PS3.3 F.5), where it is empty."""
    for keyword, dummy in (("StudyDate", "19000101"), ("StudyTime", "000000"), ("StudyID", "1")):
        if not dataset.get(keyword):
            setattr(dataset, keyword, dummy)


def _read(source: Source) -> Dataset | None:
    """The whole data set; None for a DICOMDIR. Raises UnsupportedFormat for what is no DICOM file."""
    start = source.start()
    if start[128:132] != b"DICM" and start[:2] not in (b"\x08\x00", b"\x02\x00", b"\x00\x08"):
        raise UnsupportedFormat("no DICOM file", source.label)
    dataset = dcmread(io.BytesIO(source.content()), force=True)
    _settle(dataset)
    if str(dataset.file_meta.get("MediaStorageSOPClassUID", "")) == "1.2.840.10008.1.3.10":
        return None
    if "SOPClassUID" not in dataset:
        raise UnsupportedFormat("a DICOM file of no kind: it has no SOP Class UID", source.label)
    return dataset


def _settle(dataset: Dataset) -> None:
    """Meta information with a transfer syntax, and every value parsed while an error can be said."""
    if not hasattr(dataset, "file_meta"):
        dataset.file_meta = FileMetaDataset()
    dataset.file_meta.setdefault("TransferSyntaxUID", ImplicitVRLittleEndian)
    for _ in dataset.iterall():
        pass


def _meta(dataset: Dataset, syntax: str) -> FileMetaDataset:
    made = FileMetaDataset()
    made.MediaStorageSOPClassUID = dataset.SOPClassUID
    made.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    made.TransferSyntaxUID = UID(syntax)
    made.ImplementationClassUID = UID(IMPLEMENTATION)
    made.ImplementationVersionName = "LUNGVIEW"
    return made
