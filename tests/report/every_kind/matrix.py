"""Every file that opens × every kind of report: written and legal, or one sentence that says why not."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import highdicom
import pydicom
from pypdf import PdfReader

from lungview.classify.case import Case
from lungview.errors import LungViewError, ReportError
from lungview.image import readers
from lungview.image.display import default_window
from lungview.image.slice import Slice
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.report.content import CaseContent, Layout
from lungview.report.formats import write
from lungview.report.measured import marked_slice
from tests.report.conftest import heat, make_content, make_prediction

KINDS = {"pdf": ("r.pdf", ""), "sr": ("sr.dcm", "sr"), "sc": ("sc.dcm", "sc"), "capsule": ("pdf.dcm", "pdf")}
# What a report may be refused for; anything else is a fault of the program.
REFUSED = re.compile("a picture file|no SOP Class or Instance UID")
# dcmtk: what it does not know, and what is not wrong.
_HARMLESS = re.compile("Specific Character Set: ISO_IR 192")
DRAWN = (
    Annotation(Kind.RULER, (Point(1, 1), Point(4, 5)), "a ruler"),
    Annotation(Kind.ELLIPSE, (Point(1, 1), Point(4, 5))),
    Annotation(Kind.ARROW, (Point(1, 1), Point(4, 5))),
)
MOST_PIXELS = 3_000_000


@dataclass(frozen=True)
class Outcome:
    """What became of one file as one kind of report. fault: "" where all is well."""

    kind: str
    sentence: str = ""
    fault: str = ""


def outcomes(path: Path, folder: Path) -> Iterator[Outcome]:
    """One outcome a kind; none for a file that does not open, or is too large to be quick."""
    try:
        slice_ = readers.read(path)
    except LungViewError:
        return
    if slice_.rows * slice_.columns <= MOST_PIXELS:
        content = content_of(slice_)
        for kind in KINDS:
            yield _outcome(kind, content, folder)


def content_of(slice_: Slice) -> CaseContent:
    """A case with an answer, a heat map, drawings and a key image."""
    warm = heat(max(slice_.rows, slice_.columns))[: slice_.rows, : slice_.columns]
    made = make_content(slice=slice_, case=Case(slice_.instance, make_prediction()), heat=warm)
    return replace(made, window=default_window(slice_), marked=[marked_slice(slice_, DRAWN, key=True)])


def _outcome(kind: str, content: CaseContent, folder: Path) -> Outcome:
    name, dicom_kind = KINDS[kind]
    target = folder / name
    target.unlink(missing_ok=True)
    try:
        write(content, target, Layout(), dicom_kind)
    except ReportError as error:
        said = error.message
        patient = content.slice.patient
        if target.exists() or "\n" in said or (patient.name and patient.name in said):
            return Outcome(kind, said, "a refusal that leaves a file, a second line or a name")
        return Outcome(kind, said, "" if REFUSED.search(said) else "refused for no legal reason")
    except Exception as error:
        return Outcome(kind, fault=f"{type(error).__name__}: {error}")
    return Outcome(kind, fault=_CHECKS[kind](target))


def _pdf(path: Path) -> str:
    return "" if len(PdfReader(path).pages) else "no pages"


def _sr(path: Path) -> str:
    report = highdicom.sr.srread(path).content
    groups = report.get_image_measurement_groups()
    regions = report.get_planar_roi_measurement_groups()
    # Answer, key image and ruler; ellipse and arrow. Of what is no image the answer alone.
    if (len(groups), len(regions)) not in ((3, 2), (1, 0)):
        return f"{len(groups)} groups and {len(regions)} regions"
    return _complaint("dsrdump", path)


def _sc(path: Path) -> str:
    pixels = pydicom.dcmread(path).pixel_array
    return "" if pixels.ndim == 3 else f"a capture of shape {pixels.shape}"


def _capsule(path: Path) -> str:
    made = pydicom.dcmread(path)
    return "" if made.EncapsulatedDocument[:5] == b"%PDF-" else "no PDF in it"


def _dumped(check: Callable[[Path], str]) -> Callable[[Path], str]:
    def checked(path: Path) -> str:
        return check(path) or _complaint("dcmdump", path)

    return checked


def _complaint(tool: str, path: Path) -> str:
    """What a tool of dcmtk finds wrong with a file."""
    done = subprocess.run([tool, path], capture_output=True, check=False)
    wrong = [line for line in done.stderr.decode().splitlines() if not _HARMLESS.search(line)]
    return "; ".join(wrong) or ("" if done.returncode == 0 else f"{tool} returned {done.returncode}")


_CHECKS = {"pdf": _pdf, "sr": _dumped(_sr), "sc": _dumped(_sc), "capsule": _dumped(_capsule)}
