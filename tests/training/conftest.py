"""Small data folders made on the spot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training import sides


def write_picture(path: Path, seed: int, side: int = 40) -> None:
    """A grey ellipse with noise: something a body can be found in, different for each seed."""
    picture = np.zeros((side, side), np.uint8)
    cv2.ellipse(picture, (side // 2, side // 2), (side // 3, side // 4), 0, 0, 360, 150, -1)
    noise = np.random.default_rng(seed).integers(0, 60, picture.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.clip(picture + noise, 0, 255).astype(np.uint8))


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """A function of counts by class folder ("train/normal": 5) that gives the folder."""

    def make(**counts: int) -> Path:
        data = tmp_path / "data"
        for c, (name, n) in enumerate(counts.items()):
            for i in range(n):
                write_picture(data / name.replace("__", "/") / f"{i}.png", 1000 * c + i)
        return data

    return make


@pytest.fixture(scope="module")
def small_network() -> Iterator[None]:
    """The architecture `cnn` of two narrow stages: most of a test's time is the trace of its graph."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lungview.training.architectures.cnn.WIDTHS", (8, 16))
        yield


@pytest.fixture(scope="module")
def untraced() -> Iterator[None]:
    """Where a network takes few steps: they are run faster than the graph of a step is traced."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `sides` writes."""
    return sides.make(tmp_path_factory.mktemp("data"))
