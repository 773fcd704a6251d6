"""From a slice and its case to the content of a report: window and heat map chosen as on screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lungview.classify.case import Case
from lungview.classify.heat import heatmap
from lungview.errors import ReportError
from lungview.image.display import default_window
from lungview.image.readers import read_instance
from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.model.card import ModelCard
from lungview.report.content import CaseContent, FindingsContent, KeyImage, Measurement, Opinion
from lungview.report.key_images import of_key_images
from lungview.report.measured import MarkedSlice


def case_content(
    slice_: Slice,
    case: Case,
    card: ModelCard | None,
    *,
    window: Window | None = None,
    class_key: str = "",
    opinion: Opinion | None = None,
    measurements: Sequence[Measurement] = (),
    key_images: Sequence[KeyImage] = (),
    marked: Sequence[MarkedSlice] = (),
    findings: FindingsContent | None = None,
) -> CaseContent:
    """The content of one case's report.

    marked: slices with what was measured on them; those of the key images are added.
    window: None takes the slice's first. class_key: whose heat map, "" the most probable class's.
    Raises ReportError for a class the model does not have.
    """
    return CaseContent(
        slice_,
        case,
        card if case.prediction is not None else None,
        window or default_window(slice_),
        class_key,
        _heat(slice_, case, class_key),
        opinion,
        measurements,
        key_images,
        [*marked, *of_key_images(key_images)],
        findings=findings,
    )


def findings_alone(found: FindingsContent) -> CaseContent:
    """A report of a series' findings alone, around the slice of the first; no model of slices is asked.

    Raises ReadError.
    """
    instances = found.answer.instances
    at = found.shown[0][1].index if found.shown else len(instances) // 2
    slice_ = read_instance(instances[at])
    nobody = ReportError("no model of single slices was asked")
    case = Case(slice_.instance, error=nobody)
    return CaseContent(slice_, case, None, default_window(slice_), number=at + 1, findings=found)


def _heat(slice_: Slice, case: Case, class_key: str) -> np.ndarray | None:
    found = case.prediction
    if found is not None and class_key and class_key not in found.keys:
        raise ReportError(f"the model has the classes {', '.join(found.keys)}, not {class_key}")
    found = case.judged
    if found is None:
        return None
    key = class_key or found.label
    return heatmap.upsample(found, found.keys.index(key), slice_.rows, slice_.columns)
