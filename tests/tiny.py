"""A small model that is installed, and pictures that it knows."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from lungview import paths
from lungview.image.phantom import Thorax
from lungview.image.slice import Instance, Slice
from lungview.model.card import read_card, to_json
from tests.in_memory import make_slice

THORAX = Thorax(slices=5, matrix=128)
TINY = Path(__file__).parent / "data" / "tiny_model"


def install(model_id: str = "tiny", **changes: object) -> None:
    """A user's model like the tiny one; without a limit on the distance unless said."""
    folder = paths.user_models() / model_id
    shutil.copytree(TINY, folder)
    card = replace(read_card(TINY), **({"ood_threshold": float("inf"), "id": model_id} | changes))
    (folder / "card.json").write_text(json.dumps(to_json(card)))


def square(index: int = 0, *, rows: int = 192, columns: int = 192) -> Slice:
    """A picture file with a bright square, as the tiny network knows it; not a chest."""
    rng = np.random.default_rng(index)
    values = 0.45 + rng.normal(0, 0.02, (rows, columns))
    values[20:60, 100:140] += 0.4
    pixels = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    instance = Instance(Path(f"{index}.png"), rows=rows, columns=columns)
    return make_slice(instance=instance, values=pixels, unit="", windows=(), spacing=None)


def thorax_slices() -> list[Slice]:
    return [make_slice(i, values=THORAX.hu(i).astype(np.float32)) for i in range(THORAX.slices)]
