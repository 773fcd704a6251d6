"""Tiles put together are the picture: each pixel answered once, by the tile that sees around it."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.nodules.detector import tiles


def echo(picture: np.ndarray) -> np.ndarray:
    """A network that answers with the picture's own first channel, every second pixel."""
    assert picture.shape == (*tiles.TILE, 3)
    return np.repeat(picture[::2, ::2, :1], 3, axis=2)


@pytest.mark.parametrize("shape", [(192, 256), (100, 90), (480, 512), (194, 258), (350, 300), (1000, 2000)])
def test_every_place_is_answered_for_itself(shape):
    picture = np.random.default_rng(0).random((*shape, 3)).astype(np.float32)
    found = tiles.maps(picture, np.ones((shape[0] // 2, shape[1] // 2), bool), echo)
    np.testing.assert_array_equal(found[..., 0], picture[::2, ::2, 0])


def test_a_place_is_seen_with_16_pixels_around_it_where_the_picture_has_them():
    def least_border(picture):
        y, x = np.mgrid[: tiles.TILE[0] : 2, : tiles.TILE[1] : 2]
        near = np.minimum(np.minimum(y, tiles.TILE[0] - 2 - y), np.minimum(x, tiles.TILE[1] - 2 - x))
        return np.repeat(near[..., None], 3, axis=2).astype(np.float32)

    found = tiles.maps(np.zeros((480, 512, 3), np.float32), np.ones((240, 256), bool), least_border)
    assert found[8:-8, 8:-8].min() >= 14


def test_a_tile_without_anything_to_look_for_is_not_asked():
    asked = []

    def network(picture):
        asked.append(1)
        return echo(picture)

    wanted = np.zeros((240, 256), bool)
    wanted[5, 5] = True
    tiles.maps(np.zeros((480, 512, 3), np.float32), wanted, network)
    assert len(asked) == 1
