"""A judge's figures on a folder of nodules, outlined by the program from a click in each one's middle."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lungview.batch.carriers.spread import Spread, died_reading, here
from lungview.errors import InputError, WorkerDied
from lungview.nodules.judge import Judge
from lungview.training.malignancy import fit, vois
from lungview.training.malignancy.figures import figures

BUNDLE = 16  # nodules that go to a worker together

Progress = Callable[[int, int], None]


def measured(
    judge: Judge,
    folder: Path,
    part: str = "",
    draws: int = 1000,
    on_progress: Progress = lambda *_: None,
    spread: Spread = here,
) -> tuple[dict[str, Any], tuple[WorkerDied, ...]]:
    """The figures of a part ("" = test where there is one, else all), and the nodules that workers died of.

    spread: where nodules are outlined.
    Raises InputError, ReportError.
    """
    chosen = _chosen(folder, part)
    answers = []
    for answer in spread(_seen, chosen, lost=_lost, each=BUNDLE):
        answers.append(answer)
        on_progress(len(answers), len(chosen))
    lost = tuple(a for a in answers if isinstance(a, WorkerDied))
    seen = [a for a in answers if isinstance(a, fit.Seen)]
    if not seen:
        raise InputError(f"no nodule of {len(chosen)} could be outlined", folder)
    logits = np.array([judge.logit(s.described) for s in seen])
    refused = len(chosen) - len(seen) - len(lost)
    return figures(seen, logits, refused, draws) | {"failed": len(lost)}, lost


def _chosen(folder: Path, part: str) -> list[vois.Listed]:
    listed = vois.listed(folder)
    part = part or ("test" if "test" in {v.split for v in listed} else "all")
    chosen = [v for v in listed if part in ("all", v.split)]
    if not chosen:
        raise InputError(f"no nodules in the part “{part}”", folder)
    return chosen


def _seen(listed: vois.Listed) -> fit.Seen | None:
    """One nodule without its voxels, which are in no figure; None where its outline was refused."""
    voi = listed.read()
    found, _ = fit.see([voi])
    bare = dataclasses.replace(voi, hu=np.zeros((0, 0, 0), np.int16), mask=np.zeros((0, 0, 0), bool))
    return dataclasses.replace(found[0], voi=bare) if found else None


def _lost(listed: vois.Listed) -> WorkerDied:
    return died_reading(listed.folder / listed.row["key"])
