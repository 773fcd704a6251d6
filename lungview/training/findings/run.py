"""A training from its TOML file to a trained network: stage after stage, each taken up again after a kill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lungview.training.findings import learn, network
from lungview.training.findings.material import Sources, of_stage
from lungview.training.findings.recipe import Training

WEIGHTS = "weights.npz"


def train(
    training: Training,
    root: Path,
    out: Path,
    left_out: frozenset[str] = frozenset(),
    on_stage: Callable[[str], None] = lambda _: None,
) -> tuple[Any, Sources]:
    """The trained network, and the data it learnt from.

    out/STAGE/weights.npz: of each finished stage; a stage that is there is not repeated.
    left_out: patients of the CT series that are not learnt from. Raises InputError.
    """
    sources = Sources(root, training.data, left_out)
    model = network.build()
    for stage in training.stages:
        folder = out / stage.name
        if not (folder / WEIGHTS).is_file():
            on_stage(stage.name)
            learn.train(model, of_stage(stage, sources, model), stage.plan, stage.patches, folder)
        learn.load(model, folder / WEIGHTS)
    return model, sources
