"""What is wrong in a card is named with the value that is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.errors import CardError
from lungview.model.card import OperatingPoint
from tests.report.conftest import make_card


def test_a_threshold_that_is_none_is_named_and_not_the_band_beside_it() -> None:
    with pytest.raises(CardError, match=r"operating_point\.threshold must be in 0…1, not 1\.5"):
        replace(make_card(), operating_point=OperatingPoint(1.5, (0.4, 0.6)))
