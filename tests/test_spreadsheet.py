import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lungview.spreadsheet import Table, inert, plain

RUN = [
    '=HYPERLINK("http://x.test","a")',
    "+1+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    " =1+1",
    "\xa0=1+1",
    '"=1+1',
    "'=1+1",
    "\tname",
    "\rname",
    "\nname",
    "＝1+1",
    "-inf",
]


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_has_an_apostrophe_before_it(text: str) -> None:
    assert inert(text) == "'" + text


@pytest.mark.parametrize("unseen", ["\x00", "\x1b", "\x85", "\xad", "\u200b", "\u202e", "\u2060", "\u2067"])
def test_a_formula_behind_what_cannot_be_seen_is_inert_too(unseen: str) -> None:
    assert inert(f"{unseen}=1+1") == f"'{unseen}=1+1"
    assert plain(f"'{unseen}=1+1") == f"{unseen}=1+1"


def test_a_formula_behind_another_separator_is_inert_too() -> None:
    assert inert("no lungs;=1+1") == "no lungs;'=1+1"
    assert inert("\t=1+1") == "'\t'=1+1"


@pytest.mark.parametrize("value", ["-1024", "+3.5", "-1.5e-7", "0.810000", ".5", -3, 0.25, True, None])
def test_a_number_stays_a_number(value: object) -> None:
    assert inert(value) == value


@pytest.mark.parametrize("text", ["a=b", "O'Neill", "Müller, Jörg", "CT-1/a.dcm", "x; y", "", "山田"])
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@given(st.text() | st.text(" \t\r\n;'\"=+-@＝\ufeff\0\u200ba1", max_size=8))
@example("'\tname")
@example(";\n=1")
def test_a_cell_read_again_is_the_text_it_was_made_of(text: str) -> None:
    assert plain(str(inert(text))) == text


@given(st.text(" \t\r\n;'\"=+-@a", max_size=8))
def test_no_cell_begins_with_a_sign_once_blanks_and_double_quotes_are_dropped(text: str) -> None:
    cell = str(inert(text + "x"))
    assert cell.lstrip(' \t\r\n"')[:1] not in {"=", "+", "-", "@"}


def test_a_row_by_column_leaves_out_what_is_not_there() -> None:
    file = io.StringIO()
    Table(file, ("a", "b")).named({"b": "=1"})
    assert list(csv.reader(file.getvalue().splitlines())) == [["a", "b"], ["", "'=1"]]
