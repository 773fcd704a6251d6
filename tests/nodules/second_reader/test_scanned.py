"""A CT whose file does not say that its values are HU is looked at where air and tissue tell."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.nodules.second_reader import named_place, second_look
from lungview.sources.files.scan import scan
from tests.nodules.second_reader.test_second_look import READER, THORAX, true_place


def without_rescale(offset):
    """Files of HU less an offset, and no more said about them."""

    def change(dataset, _):
        hu = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
        dataset.PixelData = np.rint(hu - offset).astype(np.int16).tobytes()
        dataset.PixelRepresentation = 1
        dataset.BitsStored, dataset.HighBit = 16, 15
        del dataset.RescaleSlope, dataset.RescaleIntercept
        if "RescaleType" in dataset:
            del dataset.RescaleType

    return change


def unspecified(dataset, _):
    dataset.RescaleType = "US"


def series_of(folder, change, thorax=THORAX):
    write_series(folder, thorax, change=change)
    return scan([folder]).series[0]


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    series = series_of(tmp_path_factory.mktemp("said"), lambda *_: None)
    return second_look.of_series(series, READER).slice_scores


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (unspecified, "does not say that its values are HU"),
        (without_rescale(0), "does not say that its values are HU"),
        (without_rescale(-1024), "by air and soft tissue it is by -1024"),
        (without_rescale(-1000), "by air and soft tissue it is by -1000"),
    ],
    ids=["US", "HU", "HU + 1024", "HU + 1000"],
)
def test_values_that_can_only_be_hu_are_taken_for_hu(tmp_path, scores, change, said):
    series = series_of(tmp_path, change)
    found = second_look.of_series(series, READER)
    assert found.slice_scores == scores
    assert any(said in note for note in found.notes)
    assert named_place.at_point(series, true_place()).suitable


@pytest.mark.parametrize("change", [without_rescale(-200), without_rescale(-2048)], ids=["200", "2048"])
def test_other_values_are_refused(tmp_path, change):
    found = second_look.of_series(series_of(tmp_path, change, Thorax(8, 128, slice_spacing=5)), READER)
    assert found.reasons == ("lungs are found by HU, found a volume in no unit",)


def test_a_unit_that_the_file_names_stays(tmp_path):
    def named(dataset, _):
        dataset.RescaleType = "HU*10"

    found = second_look.of_series(series_of(tmp_path, named, Thorax(8, 128, slice_spacing=5)), READER)
    assert found.reasons == ("lungs are found by HU, found a volume in HU*10",)
