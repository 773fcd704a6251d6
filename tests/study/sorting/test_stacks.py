"""Several slices at one place are stacks, told apart by what differs; a stepped acquisition is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import Dataset

from lungview.image import phantom
from lungview.image.readers.header import Header
from lungview.sources.files.scan import scan
from lungview.study.sorting.grouping import group
from tests.study.sorting.headers import header, names


def _two(**traits: tuple[str, str]) -> list[Header]:
    """Two pictures at each of three places, which differ in some traits; b comes before a."""
    return [
        header(f"{'ab'[n]}{z}", z, **{k: v[n] for k, v in traits.items()})
        for n in (1, 0)
        for z in (0.0, 5.0, 10.0)
    ]


@pytest.mark.parametrize(
    ("traits", "stacks"),
    [
        ({"phase": ("1", "2")}, ["phase 1", "phase 2"]),
        ({"percent": ("0", "50")}, ["phase 0 %", "phase 50 %"]),
        ({"kernel": ("B30f", "B70f")}, ["B30f", "B70f"]),
        ({"echo": ("1", "2")}, ["echo 1", "echo 2"]),
        ({"echo_time": ("2.3", "4.6")}, ["TE 2.3 ms", "TE 4.6 ms"]),
        ({"voltage": ("80", "140")}, ["80 kV", "140 kV"]),
        ({"b_value": ("0", "800")}, ["b 0", "b 800"]),
        (
            {"kind": ("ORIGINAL PRIMARY E_70KEV", "ORIGINAL PRIMARY E_120KEV")},
            ["E_70KEV", "E_120KEV"],
        ),
        ({"contrast_phase": ("PRE_CONTRAST", "POST_CONTRAST")}, ["PRE_CONTRAST", "POST_CONTRAST"]),
        ({"thickness": ("1", "5")}, ["1 mm thick", "5 mm thick"]),
        ({"acquisition": ("1", "2")}, ["acquisition 1", "acquisition 2"]),
        ({"time": ("115959.9", "120000.1")}, ["time 1", "time 2"]),
        # The first that does it names them.
        ({"phase": ("1", "2"), "acquisition": ("1", "2")}, ["phase 1", "phase 2"]),
    ],
)
def test_two_slices_at_each_place_are_two_stacks_named_by_what_differs(
    traits: dict[str, tuple[str, str]], stacks: list[str]
) -> None:
    found = {s.stack: names(s) for s in group(_two(**traits))}

    assert found == {stacks[0]: ["a10.0", "a5.0", "a0.0"], stacks[1]: ["b10.0", "b5.0", "b0.0"]}


def test_a_stack_says_that_it_is_one_of_several() -> None:
    first, _ = group(_two(echo_time=("2.3", "4.6")))

    assert first.warnings == ("one of 2 stacks at the same places, told apart by echo time",)
    assert first.slice_spacing == 5.0


def test_ten_phases_come_in_the_order_of_their_numbers() -> None:
    found = group(header(f"{n} {z}", z, phase=str(n)) for n in range(10, 0, -1) for z in (0.0, 5.0))

    assert [s.stack for s in found] == [f"phase {n}" for n in range(1, 11)]


def test_two_traits_together_tell_four_stacks_apart() -> None:
    found = group(
        header(f"{n}{k}{z}", z, phase=n, kernel=k) for n in "12" for k in ("B30f", "B70f") for z in (0.0, 5.0)
    )

    assert [s.stack for s in found] == ["phase 1, B30f", "phase 1, B70f", "phase 2, B30f", "phase 2, B70f"]


def test_kernels_that_cover_different_parts_are_still_two_stacks() -> None:
    whole = [header(f"a{z}", z, kernel="B30f") for z in (0.0, 5.0, 10.0, 15.0)]
    part = [header(f"b{z}", z, kernel="B70f") for z in (5.0, 10.0)]

    assert [(s.stack, len(s.instances)) for s in group(whole + part)] == [("B30f", 4), ("B70f", 2)]


def test_a_stepped_acquisition_is_one_stack() -> None:
    (series,) = group(header(str(n), 5.0 * n, acquisition=str(n), kernel="B30f") for n in range(6))

    assert (len(series.instances), series.stack, series.warnings) == (6, "", ())


def test_a_stepped_acquisition_that_overlaps_in_one_place_is_one_stack() -> None:
    # Two steps of the table: the last slice of the first lies where the second begins.
    first = [header(f"a{n}", 5.0 * n, acquisition="1") for n in range(6)]
    second = [header(f"b{n}", 25.0 + 5.0 * n, acquisition="2") for n in range(6)]
    (series,) = group(first + second)

    assert len(series.instances) == 12
    assert "1 slices lie at the position of another one" in series.warnings[0]


def test_traits_that_differ_from_place_to_place_split_nothing() -> None:
    (series,) = group(header(str(n), 5.0 * n, voltage=str(80 + n), time=str(n)) for n in range(6))

    assert len(series.instances) == 6


def test_repeated_slices_that_nothing_tells_apart_stay_together_and_say_so() -> None:
    (series,) = group(_two())

    assert len(series.instances) == 6
    assert series.warnings == ("3 slices lie at the position of another one (overlapping or repeated scans)",)


def test_a_film_of_one_place_stays_one_series() -> None:
    (series,) = group(header(str(n), 0.0, acquisition=str(n), time=str(n)) for n in range(20))

    assert len(series.instances) == 20


def _phases(dataset: Dataset, index: int) -> None:
    place = index % 4
    dataset.TemporalPositionIdentifier = 1 + index // 4
    dataset.ImagePositionPatient = [0, 0, 5 * place]
    dataset.InstanceNumber = 1 + 2 * place + index // 4  # interleaved


def test_interleaved_phases_in_files_are_two_stacks(tmp_path: Path) -> None:
    phantom.write_series(tmp_path, phantom.Thorax(8, 16), change=_phases)
    found = scan([tmp_path]).series

    assert [(s.stack, len(s.instances), s.slice_spacing) for s in found] == [
        ("phase 1", 4, 5.0),
        ("phase 2", 4, 5.0),
    ]


@pytest.mark.parametrize(
    ("keyword", "values", "stacks"),
    [
        ("DiffusionBValue", (0.0, 800.0), ["b 0", "b 800"]),  # FD: in binary
        ("KVP", ("80", "140.0"), ["80 kV", "140 kV"]),
        ("ConvolutionKernel", ("B30f", ["Br59", "3"]), ["B30f", "Br59 3"]),
        ("EchoTime", ("2.30", "4.6"), ["TE 2.3 ms", "TE 4.6 ms"]),
        ("TriggerTime", ("0", "333"), ["phase 1", "phase 2"]),
        ("AcquisitionTime", ("120000.25", "120000.5"), ["time 1", "time 2"]),
        ("FrameReferenceTime", ("0", "30000.5"), ["time 1", "time 2"]),
        ("RepetitionTime", ("500", "2000.0"), ["TR 500 ms", "TR 2000 ms"]),
        ("SequenceName", ("ep_b0", "ep_b1000"), ["ep_b0", "ep_b1000"]),
        ("ComplexImageComponent", ("MAGNITUDE", "PHASE"), ["MAGNITUDE", "PHASE"]),
        ("ReconstructionAlgorithm", ("FILTER_BACK_PROJ", "ITERATIVE"), ["FILTER_BACK_PROJ", "ITERATIVE"]),
        ("FilterType", ("BODY", "HEAD"), ["filter BODY", "filter HEAD"]),
        ("ReconstructionDiameter", ("300", "500.0"), ["field of 300 mm", "field of 500 mm"]),
        ("RescaleType", ("HU", "MGML"), ["HU", "MGML"]),
        ("InstitutionName", ("A", "B"), ["set 1", "set 2"]),  # tells nothing: their numbers do
    ],
)
def test_what_differs_is_read_from_the_element(
    tmp_path: Path, keyword: str, values: tuple[object, object], stacks: list[str]
) -> None:
    def change(dataset: Dataset, index: int) -> None:
        setattr(dataset, keyword, values[index // 3])
        dataset.ImagePositionPatient = [0, 0, 5 * (index % 3)]

    phantom.write_series(tmp_path, phantom.Thorax(6, 16), change=change)

    assert [s.stack for s in scan([tmp_path]).series] == stacks


def _frame(z: float, orientation: list[float], phase: int | None) -> Dataset:
    frame, position, plane, content = Dataset(), Dataset(), Dataset(), Dataset()
    position.ImagePositionPatient, plane.ImageOrientationPatient = (
        [0, -z if phase is None else 0, z],
        orientation,
    )
    content.StackID = "1"
    if phase is not None:
        content.TemporalPositionIndex = phase
    frame.PlanePositionSequence, frame.PlaneOrientationSequence = [position], [plane]
    frame.FrameContentSequence = [content]
    return frame


def _multi_frame(path: Path, frames: list[Dataset]) -> None:
    import pydicom

    phantom.write_multiframe(path, phantom.Thorax(len(frames), 16))
    dataset = pydicom.dcmread(path)
    del dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    dataset.PerFrameFunctionalGroupsSequence = frames
    phantom.save(dataset, path)


def test_directions_of_one_multi_frame_file_are_series_of_their_own(tmp_path: Path) -> None:
    axial, coronal, sagittal = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1]
    turns = [axial, axial, axial, coronal, coronal, sagittal]
    _multi_frame(tmp_path / "e.dcm", [_frame(5.0 * n, t, None) for n, t in enumerate(turns)])
    found = scan([tmp_path]).series

    assert sorted(sorted(i.frame for i in s.instances) for s in found) == [[0, 1, 2], [3, 4], [5]]
    assert all("this series has 3 directions" in s.warnings[0] for s in found)


def test_phases_of_one_multi_frame_file_are_stacks(tmp_path: Path) -> None:
    _multi_frame(
        tmp_path / "e.dcm", [_frame(5.0 * (n // 2), [1, 0, 0, 0, 1, 0], 1 + n % 2) for n in range(6)]
    )
    found = scan([tmp_path]).series

    assert {s.stack: [i.frame for i in s.instances] for s in found} == {
        "phase 1": [4, 2, 0],
        "phase 2": [5, 3, 1],
    }


@pytest.mark.shared
@pytest.mark.parametrize(
    ("case", "stacks"), [("4d_phases", ["phase 1", "phase 2"]), ("two_kernels", ["B30f", "B70f"])]
)
def test_interleaved_stacks_are_two_of_six(shared_cases: Path, case: str, stacks: list[str]) -> None:
    found = scan([shared_cases / "headers" / case]).series

    assert [(s.stack, len(s.instances), s.slice_spacing) for s in found] == [(s, 6, 45.0) for s in stacks]


@pytest.mark.shared
def test_three_planes_of_one_file_are_three_series_without_gap_or_tilt(shared_cases: Path) -> None:
    found = scan([shared_cases / "headers" / "enhanced_three_planes"]).series
    said = " ".join(w for s in found for w in s.warnings)

    assert sorted(sorted(i.frame for i in s.instances) for s in found) == [[0, 1], [2, 3], [4, 5]]
    assert "gap" not in said
    assert "gantry" not in said
