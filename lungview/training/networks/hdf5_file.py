"""The arrays of an HDF5 file of weights (Keras' .weights.h5), and nothing else of it.

Such a file runs no code, but it may name other files to read: links to them, data kept outside, and data
put together from elsewhere are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from lungview.errors import WeightsError

MOST = 2**30  # bytes of all arrays together; VGG19 without its dense layers has 80 MB


def read(path: Path) -> dict[str, np.ndarray]:
    """The arrays by their names, groups before the slash. Raises WeightsError."""
    try:
        with h5py.File(path, "r") as file:
            found = dict(_arrays(file, ""))
            if sum(values.nbytes for values in found.values()) > MOST:
                raise ValueError(f"it holds more than {MOST >> 20} MB")
            return {name: values[...] for name, values in found.items()}
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        sentence = str(error).partition("\n")[0]
        raise WeightsError(f"not a file of weights that is read here ({sentence})", path) from error


def _arrays(group: Any, before: str) -> Iterator[tuple[str, Any]]:
    for key in group:
        name = f"{before}{key}"
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            raise ValueError(f"{name} is a link")
        value = group[key]
        if isinstance(value, h5py.Group):
            yield from _arrays(value, f"{name}/")
        elif value.external or value.is_virtual:
            raise ValueError(f"{name} is kept in another file")
        elif value.dtype.kind in "fiu":
            yield name, value
