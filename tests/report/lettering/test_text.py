from lungview.report.lettering.fonts import font_for, printable
from lungview.report.lettering.text import Style, fitted, pieces, width_of, wrapped


def test_each_script_has_a_font_that_draws_it() -> None:
    fonts = {c: font_for(c) for c in "éΩЖ≥محש山あ한"}
    assert set(fonts.values()) == {"NotoSans", "Symbols", "Arabic", "Hebrew", "Ideographs", "Hangul"}
    assert printable("éΩЖ≥محש山あ한") == "éΩЖ≥محש山あ한"


def test_what_no_font_draws_is_a_box_not_a_gap() -> None:
    assert printable("ก b") == "□ b"


def test_arabic_letters_join() -> None:
    """Isolated, three letters are wider than the word they make."""
    style = Style(size=100)
    assert width_of("سلم", style) < 0.9 * sum(width_of(c, style) for c in "سلم")


def test_a_name_without_vowel_signs_gets_none() -> None:
    (piece,) = pieces("محمد", Style(), rtl=True)
    assert len(piece.text) == 4


def test_a_wrapped_text_keeps_every_word_and_fits() -> None:
    text = "Spiculated nodule of 12 mm in the left upper lobe, new since the previous examination. " * 3
    lines = wrapped(text, Style(), 120)
    assert " ".join(lines).split() == text.split()
    assert max(width_of(line, Style()) for line in lines) <= 120


def test_japanese_breaks_between_characters_but_not_before_a_full_stop() -> None:
    lines = wrapped("辺縁は不整である。" * 6, Style(size=10), 90)
    assert len(lines) > 4
    assert not [line for line in lines if line.startswith("。")]


def test_a_word_longer_than_the_line_is_cut_not_lost() -> None:
    assert "".join(wrapped("x" * 200, Style(), 50)) == "x" * 200


def test_a_shortened_line_fits_and_says_so() -> None:
    line = fitted("a very long series description", Style(), 60)
    assert line.endswith("…")
    assert width_of(line, Style()) <= 60
