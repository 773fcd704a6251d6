"""A judge's figures on a folder of nodules, outlined by the program from a click in each one's middle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lungview.errors import InputError
from lungview.nodules.judge import Judge
from lungview.training.malignancy import fit, vois
from lungview.training.malignancy.figures import figures


def measured(judge: Judge, folder: Path, part: str = "", draws: int = 1000) -> dict[str, Any]:
    """The figures of a part ("" = test where there is one, else all). Raises InputError."""
    found = vois.read(folder)
    parts = {v.split for v in found}
    part = part or ("test" if "test" in parts else "all")
    chosen = [v for v in found if part in ("all", v.split)]
    if not chosen:
        raise InputError(f"no nodules in the part “{part}”", folder)
    seen, refused = fit.see(chosen)
    if not seen:
        raise InputError(f"no nodule of {len(chosen)} could be outlined", folder)
    logits = np.array([judge.logit(s.described) for s in seen])
    return figures(seen, logits, len(refused), draws)
