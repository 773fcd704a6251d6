"""Expected orders are worked out by hand from UAX #9; Hebrew letters stand for any right-to-left script."""

import pytest

from lungview.report.lettering.bidi import is_rtl, visual_runs


def shown(text: str, rtl: bool) -> str:
    """What a reader sees from left to right, brackets not yet mirrored."""
    return "".join(run.text[::-1] if run.rtl else run.text for run in visual_runs(text, rtl))


@pytest.mark.parametrize(
    ("logical", "rtl", "visual"),
    [
        ("abc", False, "abc"),
        ("אבג", True, "גבא"),
        ("abc אבג def", False, "abc גבא def"),
        ("אבג abc", True, "abc גבא"),
        ("אבג 12.5 דה", True, "הד 12.5 גבא"),
        ("אב 12/03 abc", False, "12/03 בא abc"),
        ("דוד (David)", True, "(David) דוד"),
        ("אב.", True, ".בא"),
        ("45% אב", True, "בא 45%"),
    ],
)
def test_a_mixed_line_is_put_in_visual_order(logical: str, rtl: bool, visual: str) -> None:
    got = "".join(
        run.text[::-1].translate(str.maketrans("()", ")(")) if run.rtl else run.text
        for run in visual_runs(logical, rtl)
    )
    assert got == visual


def test_the_first_strong_character_gives_the_direction() -> None:
    assert (is_rtl("12 אבג abc"), is_rtl("12 abc אבג"), is_rtl("12")) == (True, False, False)


def test_embedding_marks_are_dropped() -> None:
    assert shown("ab\u202ecd", False) == "abcd"
