"""`lungview selftest`: prove on this machine, frozen or not, that the parts work; `CHECKS` lists them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lungview.errors import LungViewError

NAME = "selftest"


@dataclass(frozen=True, slots=True)
class Result:
    """One line. check: its name. ok: whether it holds. detail: the figure, or what was found and expected."""

    check: str
    ok: bool
    detail: str


def decoding() -> Iterator[Result]:
    """One generated file of every transfer syntax is read, and compared with what was written into it."""
    import numpy as np
    from pydicom.uid import UID

    from lungview.image import encode, phantom, readers

    thorax = phantom.Thorax(slices=1, matrix=64, noise=0.0)
    dataset, stored = phantom.make_dataset(thorax, 0), np.clip(thorax.hu(0) + 1024, 0, 4095)
    with TemporaryDirectory(prefix="lungview-") as folder:
        for syntax in encode.SYNTAXES:
            bits = 8 if syntax == _BASELINE else 12
            pixels = (stored >> (12 - bits)).astype(np.uint8 if bits == 8 else np.uint16)
            dataset.file_meta.TransferSyntaxUID = UID(syntax)
            encode.set_pixels(dataset, [pixels], bits, syntax)
            path = Path(folder) / f"{syntax}.dcm"
            phantom.save(dataset, path)
            yield _compared(syntax, readers.read_stored(path).pixels, pixels)


def _compared(syntax: str, found: Any, expected: Any) -> Result:
    """found, expected: stored values, integers of the same shape."""
    from pydicom.uid import UID

    off, allowed = int(abs(found.astype(int) - expected.astype(int)).max()), _LOSS.get(syntax, 0)
    return Result(
        f"decode {UID(syntax).name}", off <= allowed, f"largest difference {off}, allowed {allowed}"
    )


_BASELINE = "1.2.840.10008.1.2.4.50"
# What the encoder's own loss may cost at most, in stored values; every other syntax is exact.
_LOSS = {
    _BASELINE: 12,  # 8 bits, quality 95
    "1.2.840.10008.1.2.4.51": 24,  # 12 bits, quality 95
    "1.2.840.10008.1.2.4.81": 2,  # NEAR = 2
    "1.2.840.10008.1.2.4.91": 60,  # 55 dB
    "1.2.840.10008.1.2.4.203": 4,
}


# A check yields its results; add one here, and nothing else.
CHECKS: tuple[Callable[[], Iterator[Result]], ...] = (decoding,)


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="check that this installation works")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every check's result; 0 when all hold, else 1."""
    from lungview.cli import COULD_NOT, OK

    failed = 0
    for check in CHECKS:
        for result in _guarded(check):
            failed += not result.ok
            _show(result, args.json)
    return COULD_NOT if failed else OK


def _guarded(check: Callable[[], Iterator[Result]]) -> Iterator[Result]:
    """The check's results; an error is one too, so that the others still run."""
    try:
        yield from check()
    except LungViewError as error:
        yield Result(check.__name__, False, str(error))
    except Exception as error:
        yield Result(check.__name__, False, f"{type(error).__name__}: {error}")


def _show(result: Result, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(result)), flush=True)
    else:
        print(f"{'ok    ' if result.ok else 'FAILED'} {result.check}: {result.detail}", flush=True)
