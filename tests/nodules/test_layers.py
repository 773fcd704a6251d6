"""What an answer lays over slices lies on the slices that it was made of."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.image.phantom import write_series
from lungview.lung.grid import Turn
from lungview.nodules.detector.planes import Field
from lungview.nodules.layers import layers, score_maps
from lungview.nodules.second_reader import block, second_look
from lungview.nodules.second_reader.steps import Steps
from lungview.sources.files.scan import scan
from lungview.study.volume import volume
from tests.nodules.second_reader.test_second_look import READER, THORAX


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thorax")
    write_series(folder, THORAX)
    return scan([folder]).series[0]


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def answer(series, told):
    from lungview.image.readers import read_instance

    watch = Steps(on_found=told.append)
    return second_look.of_volume(series, lambda _: volume(series, read_instance), READER, watch)


def nodule(answer):
    """The series' index, row and column of the phantom's nodule."""
    index, row, column = THORAX.nodule
    z = THORAX.position(index)[2]
    heights = [i.geometry.position[2] for i in answer.instances]
    return int(np.argmin(np.abs(np.subtract(heights, z)))), row, column


def test_the_detectors_map_is_high_at_the_nodule(answer):
    index, row, column = nodule(answer)
    x0, y0, x1, y1 = answer.layers.scores.box
    scores = answer.layers.scores_on(index)
    rows, columns = scores.shape
    there = scores[int((row + 0.5 - y0) / (y1 - y0) * rows), int((column + 0.5 - x0) / (x1 - x0) * columns)]
    assert there > 0.5 * scores.max()
    assert there > 5 * np.median(scores)


def test_the_lungs_of_a_slice_are_the_phantoms(answer):
    index, *_ = nodule(answer)
    lungs = answer.layers.lungs_on(index)
    true = THORAX.lung_share(THORAX.nodule[0]) > 0.5
    assert (lungs & true).sum() / true.sum() > 0.97


def test_the_volumes_slices_are_named_from_headers_alone(answer, series):
    assert block.indices_of(series) == answer.layers.indices


def test_findings_are_told_while_they_are_looked_for(answer, told):
    assert len(told) > 1
    assert told[0][0].finding.outline is None
    assert told[-1][0].finding == answer.findings[0].finding


def test_a_map_between_two_slices_lies_between_theirs():
    maps = score_maps(
        [np.zeros((2, 4)), np.ones((2, 4))], [0, 2], Field(0, 0, (1.5, 1.5), (2, 4)), (3, 2, 4), None
    )
    assert maps.at(1) == pytest.approx(np.full((2, 4), 0.5), abs=0.01)
    assert maps.box == (0.0, 0.0, 4.0, 2.0)


def test_maps_of_a_series_from_the_feet_of_a_patient_on_the_belly_are_turned_back():
    first = np.zeros((2, 4))
    first[0, 0] = 1.0
    turned = Turn((0, 1, 2), (True, True, True))
    maps = score_maps([first, np.zeros((2, 4))], [0, 2], Field(0, 0, (1.5, 1.5), (2, 4)), (4, 6, 8), turned)
    assert maps.looked == (1, 3)
    assert maps.box == (4.0, 4.0, 8.0, 6.0)
    assert np.argwhere(maps.at(3)).tolist() == [[1, 3]]


def test_a_slice_outside_of_the_volume_has_no_layer():
    assert layers([2, 1, 0], np.ones((3, 4, 5), bool), None).lungs_on(3) is None
