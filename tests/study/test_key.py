"""No mark on another picture; the same picture always found again."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lungview.image.slice import Instance, Patient, Slice, Study
from lungview.study.by_picture import ByPicture
from lungview.study.key import (
    FrameKey,
    ObjectKey,
    PictureName,
    frame_key,
    name_in,
    object_key,
    patient_digest,
    picture_id,
    picture_name,
)

ANN = Patient("Nobody^Ann", "ID-7", "19500102")


def make(
    uids: tuple[str, str, str] = ("1.9", "1.8", "1.7"),
    *,
    patient: Patient = ANN,
    frame: int = 0,
    pixels: int = 0,
    path: str = "a.dcm",
) -> Slice:
    study, series, instance = uids
    where = Instance(Path(path), frame, sop_instance_uid=instance, series_instance_uid=series)
    values = np.full((4, 5), pixels, np.float32)
    return Slice(where, values, patient=patient, study=Study(study))


uid = st.sampled_from(["", "1.2", "1.3"])
patients = st.builds(
    Patient,
    st.sampled_from(["", "A^B", "C^D"]),
    st.sampled_from(["", "1"]),
    st.sampled_from(["", "19500101"]),
)
slices = st.builds(
    make,
    st.tuples(uid, uid, uid),
    patient=patients,
    frame=st.integers(0, 1),
    pixels=st.integers(0, 2),
    path=st.sampled_from(["a.dcm", "b.dcm"]),
)


def _all_it_is(slice_: Slice) -> tuple[object, ...]:
    """Everything that makes it this picture, taken from the slice itself."""
    instance, who = slice_.instance, slice_.patient
    uids = (slice_.study.study_instance_uid, instance.series_instance_uid, instance.sop_instance_uid)
    return who, uids, instance.frame, slice_.values.tobytes()


# A machine under load is no fault of theirs.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@calmly
@given(slices, slices)
def test_a_mark_is_on_its_own_picture_and_on_no_other(drawn_on: Slice, shown: Slice) -> None:
    marks: ByPicture[str] = ByPicture()
    marks.put(picture_id(drawn_on), "ruler")
    assert (marks.get(shown) == "ruler") == (_all_it_is(drawn_on) == _all_it_is(shown))


@calmly
@given(st.lists(slices, max_size=12))
def test_every_picture_of_many_finds_the_mark_that_is_its_own(many: list[Slice]) -> None:
    marks: ByPicture[object] = ByPicture()
    for each in many:
        marks.put(picture_id(each), _all_it_is(each))
    assert [marks.get(each) for each in many] == [_all_it_is(each) for each in many]


@pytest.mark.parametrize(
    "other",
    [
        {"patient": Patient("Nobody^Ann", "ID-8", "19500102")},
        {"patient": Patient("Nobody^Eve", "ID-7", "19500102")},
        {"patient": Patient("Nobody^Ann", "ID-7", "19700102")},
        {"uids": ("1.0", "1.8", "1.7")},
        {"uids": ("1.9", "1.0", "1.7")},
        {"uids": ("1.9", "1.8", "1.0")},
        {"frame": 1},
        {"pixels": 1},
    ],
)
def test_another_picture_differs_in_one_thing_alone(other: dict[str, object]) -> None:
    assert picture_id(make(**other)) != picture_id(make())  # type: ignore[arg-type]


def test_a_picture_in_another_folder_is_the_same_picture() -> None:
    assert picture_id(make(path="/media/stick/b.dcm")) == picture_id(make())


@pytest.mark.parametrize(
    "written", ["Nobody^Ann", "NOBODY^ANN", " Nobody^Ann^^ ", "Nobody Ann", "Nobody^Ann=", "Nobody^Ａnn"]
)
def test_one_patient_is_one_however_the_name_is_padded(written: str) -> None:
    assert patient_digest(dataclasses.replace(ANN, name=written)) == patient_digest(ANN)


def test_a_name_in_the_place_of_an_id_is_another_patient() -> None:
    assert patient_digest(Patient("7", "")) != patient_digest(Patient("", "7"))


def test_a_file_that_names_nobody_has_no_patient() -> None:
    assert patient_digest(Patient(sex="F")) == ""


def test_a_picture_id_says_neither_who_it_is_nor_where() -> None:
    said = repr(picture_id(make(path="/home/Ann/a.dcm"))) + picture_id(make()).digest
    assert not any(secret in said for secret in ("Nobody", "Ann", "ID-7", "1950", "home"))


def test_a_slice_not_read_yet_has_the_name_of_the_slice_read() -> None:
    class Whole:
        key, patient, study = "1.8", ANN, Study("1.9")

    assert name_in(Whole(), make(frame=3).instance) == picture_name(make(frame=3))


def test_a_raster_file_is_known_by_its_pixels() -> None:
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    found = picture_id(Slice(Instance(Path("a.png")), values))
    told = hashlib.sha256(b"((3, 4), '|u1')" + bytes(range(12))).hexdigest()
    assert (found.name, found.pixels) == (PictureName(), f"sha256:{told}")


def test_a_key_of_bytes_names_file_member_and_frame() -> None:
    alone = Instance(Path("/x/a.dcm"), 2)
    zipped = Instance(Path("/x/a.zip"), member="s/b.dcm")
    assert frame_key(alone) == FrameKey(ObjectKey("file", "/x/a.dcm"), 2)
    assert object_key(zipped) == ObjectKey("zip", "/x/a.zip", "s/b.dcm")


def test_pixels_are_not_hashed_where_nothing_hangs_on_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    marks: ByPicture[str] = ByPicture()
    marks.put(picture_id(make()), "ruler")
    monkeypatch.setattr("lungview.study.by_picture.picture_id", lambda _: pytest.fail("hashed"))
    assert marks.get(make(("1.9", "1.8", "1.6"))) is None


def test_what_was_dropped_hangs_there_no_more() -> None:
    marks: ByPicture[str] = ByPicture()
    marks.put(picture_id(make()), "ruler")
    marks.put(picture_id(make()), "arrow")
    marks.drop(picture_id(make()))
    marks.drop(picture_id(make()))
    assert (marks.get(make()), len(marks)) == (None, 0)


def _raster(values: np.ndarray) -> Slice:
    return Slice(Instance(Path("a.png")), values)


def test_the_same_bytes_in_another_shape_are_another_picture() -> None:
    values = np.arange(16, dtype=np.float32)
    assert picture_id(_raster(values.reshape(2, 8))) != picture_id(_raster(values.reshape(8, 2)))


def test_a_large_picture_is_known_again_too() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (3000, 1500, 3), np.uint8)
    other = np.roll(pixels, 1)
    assert picture_id(_raster(pixels)) == picture_id(_raster(pixels.copy()))
    assert picture_id(_raster(other)) != picture_id(_raster(pixels))


def test_a_patient_with_an_issuer_is_known_to_earlier_versions_without() -> None:
    issued = dataclasses.replace(make(), patient=dataclasses.replace(ANN, id_issuer="H"))
    assert picture_id(issued) != picture_id(make())
    assert picture_id(issued).earlier == picture_id(make())
    assert picture_id(make()).earlier is None
    assert picture_id(issued).digest != picture_id(make()).digest
