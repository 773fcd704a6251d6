"""The heat map lies exactly where the network looked."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from lungview.classify.case import Prediction, Seconds, Suitability, Verdict
from lungview.classify.heat import heatmap
from lungview.classify.heat.colormaps import TABLES
from lungview.errors import InputError
from lungview.model.input import Box


def prediction(cams: np.ndarray, box: Box) -> Prediction:
    keys = tuple("abcdef"[: len(cams)])
    return Prediction(
        keys=keys,
        probabilities=tuple(1 / len(keys) for _ in keys),
        cams=cams.astype(np.float32),
        box=box,
        label="a",
        verdict=Verdict.CALLED,
        suitability=Suitability(True, 0.0, 1.0),
        model="test@1",
        sha256="",
        seconds=Seconds(),
        seen=np.zeros((8, 8), np.uint8),
    )


def test_each_class_is_divided_by_its_own_maximum_and_nothing_stays_nothing():
    cams = np.array([[[0, 2], [4, 1]], [[0, 0], [0, 0]]], np.float32)
    result = heatmap.normalised(cams)
    assert np.array_equal(result, [[[0, 0.5], [1, 0.25]], [[0, 0], [0, 0]]])
    assert not result.flags.writeable


def test_one_cell_a_pixel_comes_back_unchanged():
    cam = np.random.default_rng(0).uniform(0, 1, (1, 6, 9))
    assert np.allclose(heatmap.upsample(prediction(cam, Box(0, 0, 6, 9)), 0, 6, 9), cam[0], atol=1e-6)


def test_a_linear_ramp_stays_the_same_ramp_between_the_outer_cell_centres():
    # Cell centres of a 4-cell map over 32 px lie at 4, 12, 20, 28; pixel centres at x + 0.5.
    cam = np.tile((np.arange(4) * 8 + 4) / 32, (4, 1))[None]
    result = heatmap.upsample(prediction(cam, Box(0, 0, 32, 32)), 0, 32, 32)
    expected = np.clip((np.arange(32) + 0.5) / 32, 4 / 32, 28 / 32)
    assert np.allclose(result, np.tile(expected, (32, 1)), atol=1e-6)


def test_between_two_cells_a_map_has_no_kink():
    cam = np.random.default_rng(3).uniform(0.4, 0.6, (1, 6, 6))
    cam[0, 0, 0], cam[0, 5, 5] = 0, 1
    along = heatmap.upsample(prediction(cam, Box(0, 0, 600, 600)), 0, 600, 600)[300, 60:540]
    bend = np.abs(np.diff(along, 2))  # a bilinear map bends at once where a cell ends, by 0.002 here
    assert bend.max() < 0.0005


def test_a_map_never_leaves_the_range_of_its_cells():
    cam = (np.random.default_rng(4).uniform(0, 1, (1, 5, 5)) > 0.5) * 0.5 + 0.25
    result = heatmap.upsample(prediction(cam, Box(0, 0, 50, 50)), 0, 50, 50)
    assert (result.min(), result.max()) == (0.25, 0.75)


def test_the_map_covers_the_box_and_nothing_else():
    result = heatmap.upsample(prediction(np.ones((1, 7, 7)), Box(10, 20, 40, 90)), 0, 100, 120)
    expected = np.zeros((100, 120))
    expected[10:40, 20:90] = 1
    assert np.array_equal(result, expected)


def test_a_box_that_reaches_past_the_slice_is_cut_at_the_slice():
    # 8 cells over 8 rows from −4: the slice's first row is the box's fifth cell.
    cam = np.repeat(np.arange(8.0)[:, None] / 7, 8, axis=1)[None]
    result = heatmap.upsample(prediction(cam, Box(-4, 0, 4, 8)), 0, 4, 8)
    assert np.allclose(result[:, 0], np.array([4, 5, 6, 7]) / 7, atol=1e-6)


def test_a_single_hot_cell_peaks_at_its_own_centre():
    cam = np.zeros((1, 7, 7))
    cam[0, 2, 5] = 1
    result = heatmap.upsample(prediction(cam, Box(30, 50, 30 + 7 * 31, 50 + 7 * 31)), 0, 300, 300)
    assert np.unravel_index(result.argmax(), result.shape) == (30 + 2 * 31 + 15, 50 + 5 * 31 + 15)
    assert result.max() == 1


def test_nothing_lies_beside_what_the_preparation_left_of_the_picture():
    diamond = np.array([[30.0, 10.0], [50.0, 30.0], [30.0, 50.0], [10.0, 30.0]])
    seen = replace(prediction(np.ones((1, 7, 7)), Box(10, 10, 50, 50)), outline=diamond)
    result = heatmap.upsample(seen, 0, 60, 60)
    y, x = np.mgrid[:60, :60] + 0.5
    away = np.abs(x - 30) + np.abs(y - 30)  # 20 on the border
    assert np.all(result[away < 18] == 1)
    assert not result[away > 22].any()


def test_the_border_of_what_was_seen_has_no_steps():
    slanted = np.array([[0.0, 0.0], [60.0, 0.0], [60.0, 20.0], [0.0, 40.0]])
    seen = replace(prediction(np.ones((1, 3, 3)), Box(0, 0, 60, 60)), outline=slanted)
    result = heatmap.upsample(seen, 0, 60, 60)
    under = result[:, 5:55].sum(axis=0)  # height of the column: falls by a third of a pixel a column
    assert np.allclose(np.diff(under), -1 / 3, atol=0.15)


def test_a_coarser_grid_over_the_slice_shows_the_same_map():
    cam = np.random.default_rng(2).uniform(0, 1, (1, 4, 4))
    square = np.array([[8.0, 8.0], [56.0, 8.0], [56.0, 56.0], [8.0, 56.0]])
    seen = replace(prediction(cam, Box(0, 0, 64, 64)), outline=square)
    fine, coarse = heatmap.upsample(seen, 0, 64, 64), heatmap.upsample(seen, 0, 64, 64, (16, 16))
    means = fine.reshape(16, 4, 16, 4).mean(axis=(1, 3))
    assert np.allclose(coarse[3:13, 3:13], means[3:13, 3:13], atol=0.02)
    assert not coarse[:1].any()


def test_there_is_no_map_of_a_class_the_model_does_not_have():
    with pytest.raises(InputError, match="classes 0 to 1, not 2"):
        heatmap.upsample(prediction(np.ones((2, 3, 3)), Box(0, 0, 3, 3)), 2, 3, 3)


def test_below_the_threshold_the_layer_is_transparent_and_at_one_it_has_the_opacity():
    layer = heatmap.rgba(np.array([[0.0, 0.29, 0.31, 1.0]]), opacity=0.4, threshold=0.3)
    assert layer[0, 0, 3] == 0
    assert layer[0, 1, 3] == 0
    assert layer[0, 2, 3] > 0
    assert layer[0, 3, 3] == round(0.4 * 255)


def test_a_layer_fades_in_from_the_threshold_on():
    ramp = np.linspace(0.25, 0.35, 400)[None]
    alpha = heatmap.rgba(ramp, opacity=0.4, threshold=0.3)[0, :, 3].astype(int)
    assert not alpha[ramp[0] < 0.298].any()
    assert np.all(np.diff(alpha) >= 0)
    assert np.diff(alpha).max() <= 0.4 * 255 / 8  # half of the opacity in four steps or more
    assert alpha[-1] >= 0.4 * 255 / 2


def test_with_a_threshold_of_zero_a_map_of_nothing_is_still_transparent():
    assert not heatmap.rgba(np.zeros((4, 4)), threshold=0.0)[..., 3].any()


@pytest.mark.parametrize("name", ["cividis", "inferno", "viridis"])
def test_the_tables_are_matplotlibs(name):
    import matplotlib

    expected = np.rint(matplotlib.colormaps[name](np.arange(256))[:, :3] * 255)
    assert np.array_equal(TABLES[name], expected)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_lightness_grows_along_a_table_so_that_it_reads_without_colour(name):
    luminance = TABLES[name] @ np.array([0.2126, 0.7152, 0.0722])
    assert np.all(np.diff(luminance) > -1.0)
    assert luminance[-1] > luminance[0] + 150


def test_the_overlay_leaves_the_slice_alone_where_the_layer_is_transparent():
    shown = np.arange(16, dtype=np.uint8).reshape(4, 4) * 10
    layer = np.zeros((4, 4, 4), np.uint8)
    layer[0, 0] = (255, 0, 0, 255)
    mixed = heatmap.overlay(shown, layer)
    assert tuple(mixed[0, 0]) == (255, 0, 0)
    assert np.array_equal(mixed[1:], np.repeat(shown[1:, :, None], 3, axis=2))


def test_every_class_has_its_map_in_one_call():
    found = prediction(np.random.default_rng(1).uniform(0, 1, (3, 5, 5)), Box(0, 0, 20, 20))
    maps = heatmap.upsample_all(found, 20, 20)
    assert maps.shape == (3, 20, 20)
    assert maps.dtype == np.float32
    assert np.array_equal(maps[1], heatmap.upsample(found, 1, 20, 20))
    assert replace(found, label="b").cams is found.cams


def test_colouring_a_map_imports_no_matplotlib():
    code = "import sys, lungview.classify.heat.heatmap; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
