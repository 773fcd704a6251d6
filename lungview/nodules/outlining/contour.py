"""The outline of a finding as lines on a slice."""

from __future__ import annotations

import numpy as np

from lungview.nodules.outlining.outline import Outline
from lungview.study.section import lines


def on_slice(outline: Outline, z: int) -> tuple[np.ndarray, ...]:
    """Closed lines around an outline on slice z of its volume, as `section.lines`; () where it has none."""
    k = z - outline.start[0]
    if not 0 <= k < len(outline.mask) or not outline.mask[k].any():
        return ()
    return lines(outline.mask[k], outline.start[1], outline.start[2])
