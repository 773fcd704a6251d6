"""A PDF and a DICOM SR are written and are what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lungview.cli.checks import sample
from lungview.cli.checks.result import Result

if TYPE_CHECKING:
    from lungview.report.content import CaseContent


def reports() -> Iterator[Result]:
    """One line a format, of the sample's middle slice."""
    from lungview.report import formats
    from lungview.report.content import Layout

    content = _content()
    with TemporaryDirectory(prefix="lungview-") as folder:
        pdf, sr = Path(folder) / "case.pdf", Path(folder) / "case.dcm"
        formats.write(content, pdf, Layout())
        whole = pdf.read_bytes()
        ok = whole.startswith(b"%PDF-") and whole.rstrip().endswith(b"%%EOF")
        yield Result("report PDF", ok, f"{len(whole) / 1000:.0f} kB")
        if content.case.prediction is not None:  # a structured report is of a prediction
            formats.write(content, sr, Layout(), "sr")
            yield _sr(sr)


def _content() -> CaseContent:
    from lungview.classify.case import Case
    from lungview.classify.classify import classify
    from lungview.classify.heat import heatmap
    from lungview.errors import ModelError
    from lungview.image.display import default_window
    from lungview.model import registry
    from lungview.report.content import CaseContent

    slice_ = sample.middle()
    window = default_window(slice_)
    try:
        model = registry.default()
    except ModelError as error:
        return CaseContent(slice_, Case(slice_.instance, error=error), None, window)
    case = classify(slice_, model, box=sample.box(slice_, model.card), override=True)
    if case.error is not None:
        raise case.error
    assert case.prediction is not None
    index = case.prediction.keys.index(case.prediction.label)
    heat = heatmap.upsample(case.prediction, index, slice_.rows, slice_.columns)
    return CaseContent(slice_, case, model.card, window, heat=heat)


def _sr(path: Path) -> Result:
    import pydicom

    dataset = pydicom.dcmread(path)
    found = (dataset.Modality, dataset.VerificationFlag)
    return Result("report DICOM SR", found == ("SR", "UNVERIFIED"), " ".join(found))
