"""Words are found without case, accents and widths, and in Chinese and Japanese without spaces."""

from __future__ import annotations

import pytest

from lungview.viewer.manual.words import asked, fold, joined


@pytest.mark.parametrize(
    ("written", "asked_for"),
    [
        ("Modèle", "modele"),
        ("Umriss größer", "GRÖSSER"),
        ("mm³", "mm3"),
        ("窗宽 1500", "窗宽1500"),
        ("按 Ctrl+F 查找", "按ctrl+f查找"),
        ("ＨＵ", "hu"),
        ("ﾚﾎﾟｰﾄ", "レポート"),
    ],
)
def test_what_reads_the_same_is_the_same(written: str, asked_for: str) -> None:
    assert fold(written).text.endswith(fold(asked_for).text)


def test_marks_of_kana_tell_words_apart() -> None:
    assert fold("がん").text != fold("かん").text


def test_each_letter_knows_where_it_is_from() -> None:
    folded = fold("Größe 窗 宽")
    assert folded.text == "grosse窗宽"
    assert folded.places == (0, 1, 2, 3, 3, 4, 6, 8)


def test_lines_of_chinese_and_japanese_are_joined_without_a_space() -> None:
    assert joined("結節を\n  計測します。\n次の") == "結節を計測します。次の"
    assert joined("one\ntwo\n\n結節") == "one\ntwo\n\n結節"


def test_words_that_spaces_part_stay_as_they_are() -> None:
    assert asked("Lung  nodule", ["nothing"]) == ("lung", "nodule")


def test_words_that_no_space_parts_are_parted_where_they_stand_nowhere_as_one() -> None:
    texts = ["结节的体积", "测量"]
    assert asked("结节的体积", texts) == ("结节的体积",)
    assert asked("结节体积", texts) == ("结节", "体积")
    assert asked("肿瘤体积", texts) == ("肿瘤体积",)
