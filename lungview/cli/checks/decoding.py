"""Every transfer syntax is decoded to what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lungview.cli.checks.result import Result


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
