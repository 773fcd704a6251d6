"""What is wrong in a card is named with the value that is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.errors import CardError
from lungview.model.card import OperatingPoint, SmallPoint, from_json, to_json
from tests.report.conftest import make_card


def test_a_threshold_that_is_none_is_named_and_not_the_band_beside_it() -> None:
    with pytest.raises(CardError, match=r"operating_point\.threshold must be in 0…1, not 1\.5"):
        replace(make_card(), operating_point=OperatingPoint(1.5, (0.4, 0.6)))


def test_small_findings_have_a_threshold_of_their_own_that_a_file_keeps() -> None:
    point = OperatingPoint(0.45, (0.35, 0.55), SmallPoint(16.0, 0.3))
    again = from_json(to_json(replace(make_card(), operating_point=point))).operating_point
    assert again == point
    assert [again.calls(0.31, mm) for mm in (15.9, 16.1, None)] == [True, False, False]
    assert again.calls(0.45, None)
    assert again.words() == "0.45, small ones (16 mm on the map) 0.30"
    assert OperatingPoint(0.45).words() == "0.45"


@pytest.mark.parametrize("small", [SmallPoint(16.0, 3.0), SmallPoint(0.0, 0.3)])
def test_a_threshold_of_small_ones_that_is_none_is_named(small) -> None:
    with pytest.raises(CardError, match=r"operating_point\.small"):
        replace(make_card(), operating_point=OperatingPoint(small=small))
