"""`lungview demo`: the bundled synthetic thorax with its findings, in the window or as files."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.errors import ModelError, ReportError

NAME = "demo"
PICTURE = Path("lungview-demo.png")


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="open the synthetic sample with its findings")
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
    """Have the sample answered: what is found, outlined and measured, against what is known of it.

    Writes a picture, and a PDF beside it. Without a findings model, what a click on each nodule gives.
    Raises ReportError.
    """
    from lungview.classify import export
    from lungview.report.pdf import case as pdf
    from lungview.viewer.nodules import sample as samples

    try:
        made = samples.answered(sample(), _progress)
    except ModelError as error:
        print(f"lungview: {error}", file=sys.stderr)
        made = samples.pointed_at(sample())
    print("synthetic thorax:", made.answer.conclusion or "no findings model was asked")
    for each in made.found:
        print(f"  {each.words()}")
    report = picture.with_suffix(".pdf")
    try:
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(export.encode(samples.picture(made)))
    except OSError as error:
        raise ReportError(f"the picture could not be written ({error.strerror})", picture) from error
    pdf.write_case(samples.content(made), report)
    return picture, report


def _progress(step: str, done: int, of: int) -> None:
    if done == of:
        print(f"lungview: {step}: {done} of {of}", file=sys.stderr)
