"""A series with slices missing is looked at all the same, and what is not known is said."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.image.phantom import Thorax, write_series
from lungview.image.readers import read_instance
from lungview.nodules.growth.chest import chest
from lungview.nodules.second_reader import named_place, second_look
from lungview.nodules.second_reader.block import indices_of
from lungview.sources.files.scan import scan
from lungview.study.volume import volume
from tests.nodules.second_reader.test_second_look import READER, THORAX, nearest, true_place


def look(folder, missing, thorax=THORAX):
    """The phantom's series without some slices, counted from the nodule's, and the answer to it."""
    files = write_series(folder, thorax)
    for k in missing:
        files[thorax.nodule[0] + k].unlink()
    series = scan([folder]).series[0]
    return series, second_look.of_series(series, READER)


def test_the_nodule_is_found_and_every_slice_has_a_score(tmp_path):
    series, found = look(tmp_path, [-8, 6])
    _, away = nearest(found)
    assert away < 3
    assert [k for k, _ in found.slice_scores] == list(range(THORAX.slices - 2))
    assert found.indices == indices_of(series)
    assert sum("gap of 5.00 mm" in note and "nothing was measured there" in note for note in found.notes) == 2


def test_a_place_named_beside_a_gap_is_outlined(tmp_path):
    series, _ = look(tmp_path, [5])
    assert named_place.at_point(series, true_place()).suitable


def test_nothing_is_looked_for_far_from_all_slices(tmp_path):
    series, found = look(tmp_path, range(-6, -1))
    scores = np.array(found.layers.scores.values)
    places = np.array([i.geometry.position[2] for i in series.instances])
    built = volume(series, read_instance, bridged=True)
    heights = [built.point_mm((k, 0, 0))[2] for k in found.layers.scores.looked]
    far = [np.abs(places - z).min() > 5.01 for z in heights]
    assert sum(far) == 1  # of a gap of 15 mm, its middle
    assert not scores[far].any()
    assert "not comparable with whole lungs" in found.lungs.coverage.mark[0]


def test_many_gaps_are_told_in_few_words(tmp_path):
    _, found = look(tmp_path, [-9, -7, -5, 5, 7])
    assert [note for note in found.notes if "gap" in note][3:] == ["2 more gaps"]


def test_lungs_are_not_measured_where_slices_are_missing(tmp_path):
    files = write_series(tmp_path, Thorax(slices=8, matrix=64, slice_spacing=2.5))
    files[4].unlink()
    built = volume(scan([tmp_path]).series[0], read_instance, bridged=True)
    with pytest.raises(InputError, match=r"no slice is missing: gap of 5\.00 mm"):
        chest(built)


def test_a_slice_at_the_place_of_another_one_has_its_score(tmp_path):
    """Of a scan that was gone on with, slices at one place; the volume holds the first of them."""
    write_series(tmp_path / "first", Thorax(slices=12, matrix=128, slice_spacing=2.5))

    def again(dataset, k):
        dataset.SOPInstanceUID += f".{k}"
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.PixelData = (dataset.pixel_array + 1).tobytes()

    twice = write_series(tmp_path / "second", Thorax(slices=12, matrix=128, slice_spacing=2.5), change=again)
    for path in twice[3:]:
        path.unlink()
    (series,) = scan([tmp_path]).series
    found = second_look.of_series(series, READER)
    assert len(found.slice_scores) == len(series.instances) == 15
