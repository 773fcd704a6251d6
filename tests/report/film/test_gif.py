"""GIFs read back by Pillow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lungview.report.film.gif import GifFilm
from tests.report.film.test_film import FRAMES, _filled, _frame


def test_pillow_reads_the_gif_frame_by_frame_and_for_ever(tmp_path: Path) -> None:
    with Image.open(_filled("gif", tmp_path / "a.gif")) as image:
        assert (image.n_frames, image.info["loop"], image.info["duration"]) == (FRAMES, 0, 100)  # type: ignore[attr-defined]
        for number in range(FRAMES):
            image.seek(number)
            found = np.asarray(image.convert("RGB")).astype(int)
            assert np.abs(found - _frame(number).astype(int)).mean() < 2


@pytest.mark.parametrize(("rate", "milliseconds"), [(10, 100), (12, 80), (60, 20), (1, 1000)])
def test_a_frame_lasts_whole_hundredths_of_a_second_and_two_at_least(
    tmp_path: Path, rate: float, milliseconds: int
) -> None:
    film = GifFilm(tmp_path / "a.gif", rate)
    for number in range(2):
        film.add(_frame(number))
    with Image.open(film.close()) as image:
        assert image.info["duration"] == milliseconds


def test_a_grey_picture_keeps_its_greys(tmp_path: Path) -> None:
    """256 colours are enough for 256 greys: none of them moves by more than two."""
    ramp = np.repeat(np.tile(np.arange(256, dtype=np.uint8), (50, 1))[..., None], 3, axis=2)
    film = GifFilm(tmp_path / "a.gif", 10)
    film.add(ramp)
    with Image.open(film.close()) as image:
        found = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(found - ramp).max() <= 2
