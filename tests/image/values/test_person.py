"""Person names: the examples of PS3.5 6.2.1.1 and Annex H, and what real files hold."""

import pytest

from lungview.image.values import person
from lungview.image.values.person import NameGroup


def test_five_components_have_their_names() -> None:
    name = person.parse("Adams^John Robert Quincy^^Rev.^B.A. M.Div.").alphabetic
    assert name == NameGroup("Adams", "John Robert Quincy", "", "Rev.", "B.A. M.Div.")


def test_three_groups_have_their_names() -> None:
    name = person.parse("Yamada^Tarou=山田^太郎=やまだ^たろう")
    assert (name.alphabetic.given, name.ideographic.family, name.phonetic.given) == (
        "Tarou",
        "山田",
        "たろう",
    )


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Adams, John Robert Quincy Rev. B.A. M.Div."),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田 太郎, やまだ たろう)"),
        ("Hong^Gildong=洪^吉洞=홍^길동", "Hong, Gildong (洪 吉洞, 홍 길동)"),
        ("=山田^太郎", "山田, 太郎"),
        ("Smith", "Smith"),
        ("Smith John", "Smith John"),
        ("Doe^Jane^^^", "Doe, Jane"),
        ("^Jane", "Jane"),
        ("Doe^^^Dr", "Doe Dr"),
        ("^^^^", ""),
        ("==", ""),
        ("", ""),
    ],
)
def test_a_report_shows_every_part_of_a_name(stored: str, shown: str) -> None:
    assert person.full(stored) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Yamada^Tarou^^Dr", "Yamada, Tarou"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田 太郎)"),
        ("=山田^太郎", "山田, 太郎"),
        ("Doe^Jane^Mary", "Doe, Jane Mary"),
        ("Doe^", "Doe"),
        ("Family Given", "Family Given"),
        ("^^^Dr", "Dr"),
        ("", ""),
    ],
)
def test_a_corner_shows_the_name_without_titles(stored: str, shown: str) -> None:
    assert person.short(stored) == shown


@pytest.mark.parametrize(
    ("stored", "letters"),
    [
        ("Adams^John Robert", "A. J. R."),
        ("Yamada^Tarou^^Dr", "Y. T."),
        ("Adams^John^^Rev.^B.A. M.Div.", "A. J."),
        ("Family Given", "F. G."),
        ("O'Brien^Pat^^^", "O. P."),
        ("(Doe)^Jane", "D. J."),
        ("=洪^吉洞=홍^길동", "홍. 길."),
        ("=山田^太郎", "山. 太."),
        ("^^^Dr", ""),
        ("", ""),
    ],
)
def test_initials_are_of_names_alone(stored: str, letters: str) -> None:
    assert person.initials(stored) == letters


def test_what_is_beyond_five_components_is_not_lost() -> None:
    assert person.full("A^B^C^D^E^F") == "A, B C D E F"
