"""The profile's table, attribute by attribute, and the options."""

from __future__ import annotations

import tomllib

import pytest
from pydicom.datadict import dictionary_VR

from lungview import paths
from lungview.errors import InputError
from lungview.report.anonymise.profile import Action, Profile, option_names

TABLE = tomllib.loads((paths.resources() / "anonymise" / "profile.toml").read_text("utf-8"))
ROWS = [(tag, code) for code, tags in TABLE["basic"].items() for tag in tags.split()]
ALLOWED = {
    "X": {Action.REMOVE},
    "Z": {Action.EMPTY, Action.DUMMY},
    "D": {Action.DUMMY},
    "U": {Action.UID},
    "XZ": {Action.REMOVE, Action.EMPTY},
    "XD": {Action.REMOVE, Action.DUMMY},
    "ZD": {Action.EMPTY, Action.DUMMY},
    "XZD": {Action.REMOVE, Action.EMPTY, Action.DUMMY},
    "XZU": {Action.REMOVE, Action.EMPTY, Action.UID},
}


def _vr(tag: int) -> str:
    try:
        return dictionary_VR(tag).split(" or ")[0]
    except KeyError:
        return "LO"


@pytest.mark.parametrize(("tag", "code"), ROWS, ids=[f"{tag} {code}" for tag, code in ROWS])
def test_each_attribute_of_the_table_gets_an_action_its_code_allows(tag: str, code: str) -> None:
    number = int(tag, 16)
    assert Profile().action(number, _vr(number), "1.2.3") in ALLOWED[code]


def test_the_table_is_whole() -> None:
    """Table E.1-1 of 2021 has some 460 rows, 457 of them single public attributes, none of them twice."""
    tags = [tag for tag, _ in ROWS]
    assert (len(tags), len(set(tags))) == (457, 457)


@pytest.mark.parametrize("tag", [0x00091001, 0x50000110, 0x60003000, 0x60020022, 0x00290010])
def test_private_curves_and_overlays_are_removed(tag: int) -> None:
    assert Profile(("dates", "uids")).action(tag, "LO") is Action.REMOVE


@pytest.mark.parametrize(
    "vr", ["PN", "LT", "ST", "UT", "UC", "UR", "AE", "LO", "SH", "DA", "DT", "TM", "UN", "OB"]
)
def test_what_no_list_knows_is_removed_by_its_kind(vr: str) -> None:
    assert Profile().action(0x00189999, vr) is Action.REMOVE


@pytest.mark.parametrize(
    ("keyword_tag", "vr"), [(0x00280010, "US"), (0x00200032, "DS"), (0x00181210, "SH"), (0x7FE00010, "OW")]
)
def test_what_the_picture_needs_stays(keyword_tag: int, vr: str) -> None:
    assert Profile().action(keyword_tag, vr) is Action.KEEP


@pytest.mark.parametrize(
    ("option", "tag", "vr"),
    [
        ("dates", 0x00080020, "DA"),
        ("dates", 0x00080032, "TM"),
        ("uids", 0x0020000D, "UI"),
        ("device", 0x00181000, "LO"),
        ("institution", 0x00080080, "LO"),
        ("patient", 0x00101010, "AS"),
    ],
)
def test_an_option_keeps_what_it_is_for_and_only_then(option: str, tag: int, vr: str) -> None:
    assert Profile((option,)).action(tag, vr, "1.2.3") is Action.KEEP
    others = tuple(name for name in option_names() if name != option)
    assert Profile(others).action(tag, vr, "1.2.3") is not Action.KEEP


def test_no_option_keeps_the_birth_date_the_name_or_the_number() -> None:
    everything = Profile(option_names())
    for tag, vr in ((0x00100030, "DA"), (0x00100010, "PN"), (0x00100020, "LO"), (0x00104000, "LT")):
        assert everything.action(tag, vr) is not Action.KEEP


def test_an_unknown_option_is_one_sentence_with_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        Profile(("names",))
    assert "dates" in caught.value.hint


def test_uids_of_the_standard_and_of_classes_stay() -> None:
    assert Profile().action(0x00080016, "UI", "1.3.12.2.1107.5.9.1") is Action.KEEP
    assert Profile().action(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.2") is Action.KEEP
