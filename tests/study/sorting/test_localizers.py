"""A scout comes after the stack and is not what opens first, also when no word calls it a localizer."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import Dataset

from lungview.image import phantom
from lungview.image.readers.header import Header
from lungview.sources.files.scan import scan
from lungview.study.sorting.grouping import group
from lungview.study.sorting.localizers import opens_first
from tests.study.sorting.headers import CORONAL, header, names, with_header


def _stack(count: int = 5, **other: object) -> list[Header]:
    return [header(f"s{n}", 5.0 * n, series="7", **other) for n in range(count)]  # type: ignore[arg-type]


def _scout(name: str = "scout", **other: object) -> Header:
    return with_header(header(name, 0.0, series="1", orientation=CORONAL), series_number=1, **other)


def test_one_picture_across_the_stack_comes_after_it_and_says_why() -> None:
    stack, scout = group([_scout(), *_stack()])

    assert names(scout) == ["scout"]
    assert (stack.localizer, scout.localizer) == (False, True)
    assert "taken for a localizer, by its direction" in scout.warnings[-1]


@pytest.mark.parametrize("name", ["Scout", "Topogramm 0.6 T20f", "LOCALIZER", "Surview", "scanogram", "Topo"])
def test_a_picture_named_like_a_scout_comes_after_the_stack(name: str) -> None:
    alone = with_header(header("x", 100.0, series="1"), series_number=1, series_description=name)

    assert [s.localizer for s in group([alone, *_stack()])] == [False, True]


def test_a_single_slice_along_the_stack_is_no_localizer() -> None:
    alone = with_header(header("x", 100.0, series="1"), series_number=1, series_description="Topology study")

    assert not any(s.localizer for s in group([alone, *_stack()]))


def test_a_picture_alone_in_its_study_is_no_localizer() -> None:
    other_study = _stack(study="1.99")

    assert not any(s.localizer for s in group([_scout(), *other_study]))


def test_a_coronal_stack_is_no_localizer() -> None:
    coronal = [with_header(header(f"c{n}", 0.0, series="2", orientation=CORONAL)) for n in range(5)]

    assert not any(s.localizer for s in group([*coronal, *_stack()]))


def test_the_stack_opens_first_though_a_capture_has_the_lower_number() -> None:
    capture = with_header(header("page", None, series="1", modality="OT"), series_number=1)
    found = group([capture, *[with_header(h, series_number=5) for h in _stack()]])

    assert names(found[0]) == ["page"]
    assert names(opens_first(found)) == ["s4", "s3", "s2", "s1", "s0"]


def test_where_there_is_no_stack_the_first_opens() -> None:
    found = group([header("a", None, series="1"), header("b", None, series="2")])

    assert opens_first(found) is found[0]


def test_a_scout_in_the_series_of_the_stack_comes_after_it(tmp_path: Path) -> None:
    def turn_first(dataset: Dataset, index: int) -> None:
        if index == 0:
            dataset.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]

    phantom.write_series(tmp_path, phantom.Thorax(6, 16), change=turn_first)

    assert [(s.localizer, len(s.instances)) for s in scan([tmp_path]).series] == [(False, 5), (True, 1)]


@pytest.mark.shared
def test_the_stack_comes_before_the_scout_without_a_word(shared_cases: Path) -> None:
    found = scan([shared_cases / "headers" / "localizer_no_word"]).series

    assert [(s.localizer, len(s.instances)) for s in found] == [(False, 6), (True, 1)]
    assert opens_first(found) is found[0]
