"""`lungview demo`: the bundled synthetic thorax with its prediction, in the window or as files."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview import paths
from lungview.errors import ModelError, ReportError

if TYPE_CHECKING:
    import numpy as np

    from lungview.classify.case import Case
    from lungview.image.slice import Slice
    from lungview.model.registry import Entry

NAME = "demo"
PICTURE = Path("lungview-demo.png")


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="open the synthetic sample with its prediction")
    command.add_argument(
        "--screenshot", metavar="FILE", type=Path, help="write a picture there and end (PNG); a PDF beside it"
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the window on the sample; without a display write the picture and a PDF, and say so."""
    if has_display():
        from lungview.ui.start import demo

        return demo.run(sample(), args.screenshot)
    print("lungview: there is no display, so the demo is written to files", file=sys.stderr)
    for written in write(args.screenshot or PICTURE):
        print(written)
    return 0


def has_display() -> bool:
    """Whether a window can be opened. Qt ends the process when it cannot, so it is asked beforehand."""
    if sys.platform in ("win32", "darwin") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    display = os.environ.get("DISPLAY", "")
    host, _, number = display.rpartition(":")
    if not number or (host and host != "unix"):
        return bool(number)  # an X server on another machine: nothing to ask cheaply
    address = f"/tmp/.X11-unix/X{number.split('.')[0]}"
    return any(_answers(name) for name in (address, f"\0{address}"))


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as end:
        try:
            end.connect(address)
        except OSError:
            return False
    return True


def sample() -> Path:
    """The folder of the bundled series."""
    return paths.resources() / "sample"


def write(picture: Path) -> tuple[Path, ...]:
    """Classify the middle slice of the sample; write it with its heat map, and its PDF. Raises ReportError.

    Without an installed model, or where it must not judge the sample, both show the slice alone and say so.
    """
    from lungview.classify import export, words

    slice_, case, model = _case()
    found = case.prediction
    if found is not None and model is not None:
        said = words.verdict(model.card, found)
        print(f"synthetic thorax: {said}", *found.suitability.reasons, sep="; ")
    judged = case.judged
    if judged is None:
        shown = _alone(slice_)
    else:
        shown = export.overlay(slice_, judged, judged.keys.index(judged.label))
    report = picture.with_suffix(".pdf")
    try:
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(export.encode(shown))
    except OSError as error:
        raise ReportError(f"the picture could not be written ({error.strerror})", picture) from error
    _write_report(report, slice_, case, model)
    return picture, report


def _case() -> tuple[Slice, Case, Entry | None]:
    from lungview.classify.case import Case
    from lungview.classify.classify import classify
    from lungview.image import readers
    from lungview.model import registry
    from lungview.sources.files.scan import scan

    instances = scan([sample()]).series[0].instances
    slice_ = readers.read_instance(instances[(len(instances) - 1) // 2])
    try:
        model = registry.default()
    except ModelError as error:
        print(f"lungview: {error}", file=sys.stderr)
        return slice_, Case(slice_.instance, error=error), None
    return slice_, classify(slice_, model), model


def _alone(slice_: Slice) -> np.ndarray:
    """(rows, columns, 3) uint8: the slice in its own window, nothing over it."""
    from lungview.image.window import default_window, display

    grey = display(slice_, default_window(slice_))
    return grey if grey.ndim == 3 else grey[..., None].repeat(3, axis=2)


def _write_report(path: Path, slice_: Slice, case: Case, model: Entry | None) -> None:
    from lungview.report.gather import case_content
    from lungview.report.pdf import case as pdf

    card = model.card if model is not None else None
    pdf.write_case(case_content(slice_, case, card), path)
