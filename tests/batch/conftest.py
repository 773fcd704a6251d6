"""A folder of small pictures, the tiny model, and a batch of it in this process."""

from __future__ import annotations

import dataclasses
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.batch.inputs import inputs
from lungview.batch.run import opened, run
from lungview.batch.store import Store
from lungview.model.card import read_card
from lungview.model.registry import Entry

TINY = Path(__file__).parents[1] / "data" / "tiny_model"


@pytest.fixture(scope="session")
def tiny() -> Entry:
    """The tiny model; its card for small crops without a limit, so that squares are suitable."""
    card = dataclasses.replace(read_card(TINY), ood_threshold=float("inf"), preparation="box")
    return Entry(card, TINY)


def picture(path: Path, seed: int) -> Path:
    """A grey picture of the kind the tiny model knows: noise with a bright or a dark square."""
    rng = np.random.default_rng(seed)
    values = rng.normal(110, 12, (96, 96))
    row, column = rng.integers(10, 60, 2)
    values[row : row + 24, column : column + 24] += (90, -90, 0)[seed % 3]
    values[[0, -1]] = values[:, [0, -1]] = 0  # a cut-out stands on black
    done, encoded = cv2.imencode(".png", np.clip(values, 0, 255).astype(np.uint8))
    assert done
    path.write_bytes(encoded.tobytes())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight pictures, one of them below a folder with a name of another script, and four that are none."""
    root = tmp_path / "in"
    (root / "Ünï 中文").mkdir(parents=True)
    for i in range(7):
        picture(root / f"p{i}.png", i)
    picture(root / "Ünï 中文" / "p7.png", 7)
    (root / "notes.txt").write_text("no picture")
    (root / "empty.dcm").write_bytes(b"")
    (root / "cut.png").write_bytes((root / "p0.png").read_bytes()[:300])
    (root / "nowhere.png").symlink_to(root / "gone.png")
    return root


def threads(workers: int) -> Executor:
    return ThreadPoolExecutor(workers)


def whole_batch(folder: Path, out: Path, model: Entry, **options: object) -> Path:
    with opened(out, model, resume=bool(options.pop("resume", False))) as store:
        run(inputs([folder], out), model, store, workers=2, pool=threads, **options)  # type: ignore[arg-type]
    return out / "results.sqlite"


def table(path: Path) -> list[tuple[object, ...]]:
    """Everything but how long it took and the thumbnails' bytes."""
    with Store(path) as store:
        return [
            (
                str(r.source.label),
                str(r.status),
                r.sha256,
                r.case.prediction and (r.case.prediction.label, r.case.prediction.probabilities),
                r.case.error and (r.case.error.reason, r.case.error.message),
            )
            for r in store.rows()
        ]
