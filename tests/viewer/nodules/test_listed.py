"""The list of findings: the reader's and the model's apart, decisions that stay, and what a report gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Geometry, Instance
from lungview.marks.finding_store import Kept
from lungview.nodules.answer import Answer, Located
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.outlining.outline import Outline
from lungview.study.key import PictureId, name_in
from lungview.viewer.nodules import words
from lungview.viewer.nodules.kept import in_series, kept_of, listed_of
from lungview.viewer.nodules.listed import FindingList, Listed, reported, same_place
from tests.in_memory import MemorySeries

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def model(x: float, score: float, index: int = 5, **changes) -> Located:
    """A finding of the model at x mm."""
    values = {"long_mm": 8.0, "short_mm": 6.0, **changes}
    finding = Finding((index - 1, index + 1), Source.MODEL, Status.PROPOSED, (x, 0, 0), score=score, **values)
    return Located(finding, index, (x, 0, x + 4, 4), called=score > 0.5)


def own(x: float) -> Listed:
    return Listed(Located(Finding((4, 6), Source.READER, Status.ACCEPTED, (x, 0, 0)), 5, (x, 0, x + 4, 4)))


def test_the_models_come_by_falling_score_and_the_readers_stay_apart():
    found = FindingList().put(own(0)).heard([model(50, 0.3), model(90, 0.8)], "m 1")
    assert [each.located.finding.score for each in found.models] == [0.8, 0.3]
    assert [each.located.finding.place_mm[0] for each in found.own] == [0]
    assert [found.label(each) for each in found.all] == ["R1", "M1", "M2"]


def test_a_rejection_outlives_the_models_next_answer():
    first = FindingList().heard([model(50, 0.7)], "m 1")
    rejected = first.put(first.models[0].become(Status.REJECTED))
    again = rejected.heard([model(51, 0.72), model(90, 0.6)], "m 1")
    assert [each.status for each in again.models] == [Status.REJECTED, Status.PROPOSED]
    assert again.models[0].id == first.models[0].id


def test_what_the_model_no_longer_finds_goes_unless_the_reader_decided_on_it():
    first = FindingList().heard([model(50, 0.7), model(90, 0.6)], "m 1")
    kept = first.put(first.models[1].become(Status.ACCEPTED)).heard([], "m 1")
    assert [each.located.finding.place_mm[0] for each in kept.models] == [90]


def test_only_accepted_findings_are_reported_the_readers_first():
    listed = FindingList().put(own(0)).heard([model(50, 0.9), model(90, 0.8), model(130, 0.7)], "m 1")
    listed = listed.put(listed.models[0].become(Status.REJECTED)).put(
        listed.models[1].become(Status.ACCEPTED)
    )
    told = reported(listed, Answer((), "m 1"))
    assert [f.finding.place_mm[0] for f in told.findings] == [0, 90]


def test_what_is_reported_bears_the_readers_names():
    listed = FindingList().put(replace(own(0).become(Status.ACCEPTED), name="RUL 1"))
    assert [f.name for f in reported(listed, Answer((), "m 1")).findings] == ["RUL 1"]


def test_a_finding_of_the_readers_own_says_that_the_series_was_read():
    assert not FindingList().read
    assert FindingList().put(own(0)).read
    assert FindingList(looked=True).read


@pytest.mark.parametrize(("apart", "same"), [(3.9, True), (4.1, False)])
def test_a_small_finding_that_moved_up_to_four_mm_is_the_same(apart, same):
    assert same_place(model(0, 0.5, long_mm=5.0), model(apart, 0.5, long_mm=5.0)) is same


def test_without_mm_overlapping_boxes_on_one_slice_are_the_same():
    first, second = (
        Located(Finding((2, 2), Source.MODEL, Status.PROPOSED), 2, (x, 0, x + 9, 9)) for x in (0, 5)
    )
    assert same_place(first, second)
    assert not same_place(first, Located(second.finding, 3, second.box))


def test_what_is_kept_does_not_depend_on_the_order_of_the_slices():
    picture = PictureId(name_in(MemorySeries(()), Instance(Path("a"))), "sha256:aa")
    listed = Listed(model(0, 0.7, index=2), "RUL 1", "m 1")
    kept = kept_of(listed, picture, (9, 8, 7, 6, 5, 4, 3, 2, 1, 0))
    assert kept.found.index == 7
    back = listed_of(kept, tuple(range(10)))
    assert (back.located.index, back.located.finding.slices) == (7, (6, 8))
    assert listed_of(kept, (9, 8, 7, 6, 5, 4, 3, 2, 1, 0)) == listed


def _series(uid: str) -> MemorySeries:
    return MemorySeries(
        tuple(
            Instance(Path(f"{k}"), sop_instance_uid=f"{uid}.{k}", series_instance_uid=uid,
                     geometry=Geometry((0, 0, k), AXIAL))
            for k in range(10)
        )
    )  # fmt: skip


def test_a_nodule_cut_by_the_edge_loses_its_sizes_with_its_outline():
    """In a volume of other slices its outline is left out, and with it what says that it is cut."""
    for start, size in ((0, None), (1, 8.0)):
        outline = Outline(
            np.ones((2, 3, 3), bool), (start, 4, 4), (10, 20, 20), (1.0, 0.7, 0.7), -860.0, 40.0
        )
        listed = Listed(model(0, 0.7, index=1, outline=outline))
        kept = kept_of(
            listed, PictureId(name_in(_series("1"), _series("1").instances[5]), "a"), tuple(range(10))
        )
        finding = listed_of(kept, tuple(range(12))).located.finding
        assert (finding.outline, finding.long_mm, finding.volume_mm3) == (None, size, None)


def test_a_kept_finding_is_not_put_on_another_picture_of_its_uid():
    series = _series("1")
    name = name_in(series, series.instances[5])
    kept = Kept("a", PictureId(name, "sha256:aa"), model(0, 0.7))
    pixels = {"sha256:aa": 1, "sha256:bb": 0}
    for digest, count in pixels.items():
        found = in_series([kept], series, tuple(range(10)), lambda _, d=digest: PictureId(name, d))
        assert len(found) == count


@pytest.mark.parametrize(
    ("there", "index", "slices"),
    [
        (range(10), 5, (4, 6)),
        (range(3, 10), 2, (1, 3)),  # of the same scan three slices are gone, or not come yet
        (range(7), 5, (4, 6)),
        (range(5, 10), 0, (0, 1)),
        (reversed(range(2, 10)), 4, (3, 5)),  # and the other end comes first
    ],
)
def test_a_kept_finding_is_on_its_picture_whatever_slices_came_or_are_gone(there, index, slices):
    whole = _series("1")
    name = name_in(whole, whole.instances[5])
    kept = Kept("a", PictureId(name, "sha256:aa"), model(0, 0.7))
    now = MemorySeries(tuple(whole.instances[k] for k in there))
    ascending = sorted(range(len(now.instances)), key=lambda k: now.instances[k].geometry.position[2])
    (found,) = in_series([kept], now, tuple(ascending), lambda _: PictureId(name, "sha256:aa"))
    assert now.instances[found.located.index].sop_instance_uid == "1.5"
    assert (found.located.index, found.located.finding.slices) == (index, slices)


def test_an_outline_of_a_volume_that_begins_elsewhere_is_left_out():
    whole = _series("1")
    name = name_in(whole, whole.instances[5])
    outline = Outline(np.ones((2, 3, 3), bool), (4, 4, 4), (10, 20, 20), (1.0, 0.7, 0.7), -860.0, 40.0)
    kept = Kept("a", PictureId(name, "sha256:aa"), model(0, 0.7, index=4, outline=outline))
    found = in_series([kept], whole, tuple(range(10)), lambda _: PictureId(name, "sha256:aa"))
    assert (found[0].located.index, found[0].located.finding.outline) == (5, None)


def test_a_kept_finding_of_another_series_is_not_looked_for_in_pixels():
    def never(instance):
        raise AssertionError("read")

    kept = Kept("a", PictureId(name_in(_series("2"), _series("2").instances[5]), "sha256:aa"), model(0, 0.7))
    assert in_series([kept], _series("1"), tuple(range(10)), never) == ()


def test_a_finding_is_told_in_lines_without_what_is_unknown():
    located = model(0, 0.7, index=33, volume_mm3=1234.0, probability=0.243)
    assert words.lines(located) == "slice 34 · 8.0 × 6.0 mm\n1,234 mm³\nmalignancy 0.24"


def test_a_solid_part_has_a_line_of_its_own_in_a_narrow_list():
    located = model(0, 0.7, volume_mm3=1516.0, density=Density.PART_SOLID, solid_mm=18.3)
    assert words.lines(located).split("\n")[1:3] == ["1,516 mm³ · part-solid", "solid part 18.3 mm"]


def test_a_band_is_told_as_one():
    assert words.lines(model(0, 0.7, band="high")).endswith("malignancy high (band)")


def test_of_a_candidate_that_is_not_called_no_malignancy_is_told():
    assert "malignancy" not in words.lines(model(0, 0.12, band="high"))
    assert "Malignancy, as radiologists rate it: –" in words.tooltip(model(0, 0.12, band="high"))


def test_a_score_just_below_the_operating_point_is_not_told_as_on_it():
    assert words.score(model(0, 0.4496).finding) == "0.44"


def test_what_is_not_known_is_a_dash_and_no_number():
    bare = Finding((0, 0), Source.READER, Status.ACCEPTED)
    said = (words.size(bare), words.volume(bare), words.density(bare), words.malignancy(bare))
    assert set(said) == {"–"}
    assert words.called(Located(bare, 0, (0, 0, 1, 1))) == "–"


def test_a_slice_is_counted_from_one_as_on_screen():
    assert words.slices(model(0, 0.7, index=33)) == "34"
