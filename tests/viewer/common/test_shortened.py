"""Long words lose their middle; all else stays as it is."""

from __future__ import annotations

import pytest

from lungview.viewer.common.shortened import MOST, shortened

UID = "1.2.826.0.1.3680043.8.498." + "1234567890" * 3 + "12345678"


def test_a_uid_keeps_its_root_and_its_end() -> None:
    assert len(UID) == 64
    said = shortened(f"not open: series {UID}.\nNone else")
    words = said.split()
    assert words[3] == "1.2.826.0.1.3…6789012345678."
    assert len(words[3]) == MOST
    assert (words[:3], words[4:]) == (["not", "open:", "series"], ["None", "else"])


@pytest.mark.parametrize("text", ["", "  two\n lines  ", "x" * MOST])
def test_what_fits_is_left_alone(text: str) -> None:
    assert shortened(text) == text


@pytest.mark.parametrize("most", [5, 6, 40])
def test_no_word_is_longer_than_asked(most: int) -> None:
    assert len(shortened("n" * 64, most)) == most
