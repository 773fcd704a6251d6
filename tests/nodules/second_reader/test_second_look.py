"""The answer to a series: the phantom's nodule is found, measured, and told in its own places."""

from __future__ import annotations

import cv2
import numpy as np
import pydicom
import pytest

from lungview.errors import Cancelled
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.image.readers import read
from lungview.model.card import ClassLabel, ModelCard, OperatingPoint, SmallPoint
from lungview.nodules import judge
from lungview.nodules.second_reader import named_place, picture, second_look
from lungview.nodules.second_reader.second_look import SecondReader
from lungview.sources.files.scan import scan

THORAX = Thorax(slices=40, matrix=256, slice_spacing=2.5)
HEADS = tuple(ClassLabel(k, k, malignant=False) for k in ("nodule", "malignancy", "opacity"))


def card(**changes) -> ModelCard:
    return ModelCard("m", "M", "1", "findings", "blob", HEADS, (192, 256), sha256="0" * 64, **changes)


def blobs(tile: np.ndarray) -> np.ndarray:
    """A network for what is denser than its surroundings: a ball in lung far more than the chest wall."""
    middle = cv2.resize(tile[..., 1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    dense = (middle > 0.5).astype(np.float32)
    nodule = np.clip(cv2.blur(dense, (7, 7)) - cv2.blur(dense, (61, 61)), 0, 1)
    return np.stack([nodule, np.full_like(nodule, 0.9), np.zeros_like(nodule)], axis=-1)


READER = SecondReader(card(), blobs)


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thorax")
    write_series(folder, THORAX)
    return scan([folder]).series[0]


@pytest.fixture(scope="module")
def answer(series):
    return second_look.of_series(series, READER)


def true_place():
    """mm (x, y, z) of the phantom's nodule."""
    index, row, column = THORAX.nodule
    x, y, z = THORAX.position(index)
    return x + column * THORAX.pixel_spacing, y + row * THORAX.pixel_spacing, z


def nearest(found):
    """The finding nearest to the phantom's nodule, and how far it is, mm."""
    away = [np.linalg.norm(np.subtract(f.finding.place_mm, true_place())) for f in found.findings]
    return found.findings[int(np.argmin(away))], min(away)


def test_the_phantoms_nodule_is_found_at_its_place_in_mm(answer):
    assert nearest(answer)[1] < 4


def test_its_slice_and_box_lead_to_it(answer, series):
    located, _ = nearest(answer)
    index, row, column = THORAX.nodule
    shown = series.instances[located.index].geometry.position[2]
    assert abs(shown - THORAX.position(index)[2]) <= 5
    x0, y0, x1, y1 = located.box
    assert x0 <= column + 0.5 <= x1
    assert y0 <= row + 0.5 <= y1


def test_its_long_axis_is_the_phantoms(answer):
    located, _ = nearest(answer)
    assert located.finding.long_mm == pytest.approx(18, abs=5)  # a ball of 9 mm radius with spicules
    assert located.finding.density.value == "solid"


def test_findings_come_by_falling_score(answer):
    scores = [f.finding.score for f in answer.findings]
    assert scores == sorted(scores, reverse=True)


def test_every_slice_has_a_score_and_every_step_its_seconds(answer):
    assert [k for k, _ in answer.slice_scores] == list(range(40))
    assert set(answer.seconds) == {"read", "lungs", "search", "outline"}
    assert answer.lungs.both.volume_ml > 1000


def test_nothing_is_called_by_a_card_that_has_not_measured_how_often_it_calls(answer):
    assert {f.called for f in answer.findings} == {None}


def test_called_is_what_reaches_an_operating_point_that_was_measured(series):
    point = OperatingPoint(0.6, (0.6, 0.6))
    reader = SecondReader(card(operating_point=point, metrics={"called": {}}), blobs)
    found = second_look.of_series(series, reader).findings
    assert [f.called for f in found] == [f.finding.score >= 0.6 for f in found]


def test_slices_seen_from_the_head_tell_the_same_place(tmp_path, answer):
    def turned(dataset, _):
        """The same slice, its columns in the other direction."""
        x, y, z = dataset.ImagePositionPatient
        dataset.ImagePositionPatient = [-x, y, z]
        dataset.ImageOrientationPatient = [-1, 0, 0, 0, 1, 0]
        dataset.PixelData = np.ascontiguousarray(dataset.pixel_array[:, ::-1]).tobytes()

    write_series(tmp_path, THORAX, change=turned)
    found = second_look.of_series(scan([tmp_path]).series[0], READER)
    one, other = nearest(found)[0], nearest(answer)[0]
    np.testing.assert_allclose(one.finding.place_mm, other.finding.place_mm, atol=1.5)
    assert one.box[0] == pytest.approx(256 - other.box[2], abs=2)


def test_a_series_without_lung_is_refused_with_the_reason(tmp_path):
    def soft(dataset, _):
        dataset.PixelData = np.full((256, 256), 1064, np.int16).tobytes()

    write_series(tmp_path, Thorax(slices=4, matrix=256, slice_spacing=2.5), change=soft)
    found = second_look.of_series(scan([tmp_path]).series[0], READER)
    assert not found.suitable
    assert "lung" in found.reasons[0]
    assert not found.findings


def test_a_look_that_is_stopped_ends_soon(series):
    seen = []

    def stop() -> bool:
        return len(seen) >= 3

    with pytest.raises(Cancelled):
        second_look.of_series(series, READER, on_progress=lambda *step: seen.append(step), cancelled=stop)
    assert seen == [("read", k, 40) for k in (1, 2, 3)]


def test_a_point_on_the_nodule_is_outlined_and_measured(series):
    found = named_place.at_point(series, true_place())
    assert found.suitable
    assert found.findings[0].finding.long_mm == pytest.approx(18, abs=5)


def test_a_point_outside_the_body_is_refused_with_the_reason(series):
    x, y, z = THORAX.position(THORAX.nodule[0])
    found = named_place.at_point(series, (x + 5, y + 5, z))
    assert "outside the body" in found.reasons[0]


def test_a_box_around_the_nodule_is_outlined(series):
    index, row, column = THORAX.nodule
    z = THORAX.position(index)[2]
    shown = next(k for k, i in enumerate(series.instances) if abs(i.geometry.position[2] - z) < 0.1)
    found = named_place.in_box(series, (column - 9, row - 9, column + 9, row + 9), shown)
    assert nearest(found)[1] < 4


def test_a_box_that_leaves_the_slice_is_refused(series):
    assert "inside the scan" in named_place.in_box(series, (-5, 0, 10, 10), 3).reasons[0]


def test_a_loose_slice_is_looked_at_in_its_own_millimetres(series):
    located, _ = nearest(second_look.of_series(series, READER))
    slice_ = read(series.instances[located.index].path)
    found = picture.of_slice(slice_, READER)
    one, away = nearest(found)
    assert away < 6
    assert one.finding.volume_mm3 is None  # one slice has no volume


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"BodyPartExamined": "HEAD"}, "the body part is HEAD"),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}, "another plane"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "a localizer"),
    ],
)
def test_a_loose_slice_that_its_header_calls_no_axial_chest_is_not_searched(series, tmp_path, header, said):
    made = pydicom.dcmread(series.instances[THORAX.nodule[0]].path)
    made.update({keyword: header[keyword] for keyword in header})
    made.save_as(tmp_path / "a.dcm")
    found = picture.of_slice(read(tmp_path / "a.dcm"), READER)
    assert not found.suitable
    assert said in found.reasons[0]
    assert (found.findings, found.conclusion) == ((), "")


def test_a_picture_without_millimetres_has_pixels_only(tmp_path):
    files = write_pngs(tmp_path, THORAX)
    found = picture.of_slice(read(files[THORAX.nodule[0]]), READER)
    assert found.suitable, found.reasons
    _, row, column = THORAX.nodule
    x0, y0, x1, y1 = min(
        (f.box for f in found.findings),
        key=lambda b: abs((b[0] + b[2]) / 2 - column) + abs((b[1] + b[3]) / 2 - row),
    )
    assert x0 <= column <= x1
    assert y0 <= row <= y1
    assert {f.finding.long_mm for f in found.findings} == {None}
    assert {f.finding.place_mm for f in found.findings} == {None}


def test_the_highest_candidates_are_outlined_and_the_others_are_places(answer):
    outlined = [k for k, f in enumerate(answer.findings) if f.finding.outline is not None]
    assert outlined
    assert max(outlined) < 8


@pytest.mark.parametrize(("long_mm", "told"), [(8.0, True), (18.0, False)])
def test_a_probability_is_told_only_where_it_separates(monkeypatch, series, long_mm, told):
    monkeypatch.setattr(named_place, "installed_judge", lambda: lambda *_: judge.opinion(1.0, long_mm))
    found = named_place.at_point(series, true_place()).findings[0].finding
    assert found.probability == (pytest.approx(0.731, abs=1e-3) if told else None)
    assert found.band == "high"


def test_a_small_candidate_is_called_from_the_threshold_of_small_ones_on(answer):
    """The phantom's nodule scores less than 0.95, and is some 10 to 30 mm across on the map."""
    found, calls = answer.findings[0], []
    for small in (None, SmallPoint(40.0, 0.05), SmallPoint(1.0, 0.05)):
        point = OperatingPoint(0.95, (0.95, 0.95), small)
        measured = card(operating_point=point, metrics={"called": {}})
        calls.append(second_look.told(found, measured).called)
    assert 5 < found.extent_mm < 40
    assert calls == [False, True, False]
