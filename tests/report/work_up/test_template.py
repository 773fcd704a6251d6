"""Templates of the work-up's text: fields are filled in once, nothing is run, nothing else gets in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.errors import InputError
from lungview.report.content import PatientBlock
from lungview.report.work_up.template import FIELDS, Template, default, filled, parse
from lungview.report.work_up.text import text, values, with_impression
from tests.report.work_up.test_work_up import exam, found

EXAM = replace(exam(found()), impression="Nodule in the right upper lobe.", reader="AB")


def test_every_field_has_a_value_and_no_value_is_without_its_field() -> None:
    assert tuple(values(EXAM, PatientBlock.FULL)) == FIELDS


def test_fields_are_filled_in_where_they_stand() -> None:
    made = text(EXAM, parse("CT of {date}\nLung-RADS {category}, {impression}\n"))
    assert made == "CT of 2024-01-31\nLung-RADS 4A, Nodule in the right upper lobe."


def test_the_patient_is_told_only_as_far_as_reports_may() -> None:
    template = parse("{patient}")
    assert text(EXAM, template, PatientBlock.FULL) == "Doe, Jane, 4711, 1962-01-15, F"
    assert "Doe" not in text(EXAM, template, PatientBlock.INITIALS)
    assert text(EXAM, template, PatientBlock.NONE) == ""


def test_a_line_whose_fields_are_all_empty_is_left_out() -> None:
    template = parse("Read by: {reader}\n\nNotes: {notes}\n\nend")
    assert text(replace(EXAM, reader=""), template) == "end"
    assert text(EXAM, template) == "Read by: AB\n\nend"


def test_comments_are_left_out_and_a_brace_alone_is_text() -> None:
    assert text(EXAM, parse("// a comment {nothing}\nfrom { on\n")) == "from { on"


@pytest.mark.parametrize("name", ["findngs", "", "reader.__class__", "reader!r", "0", "date:>9", "a" * 99])
def test_what_is_no_field_is_one_sentence(name: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(f"Text\n{{{name}}}")
    assert refused.value.message.startswith(f"the field “{name[:40]}")
    assert "there are patient, date" in refused.value.message
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("empty", ["", "\n \n", "// only a comment"])
def test_a_template_without_a_word_is_refused(empty: str) -> None:
    with pytest.raises(InputError, match="expected a text with fields, found none"):
        parse(empty)


def test_braces_in_a_value_are_no_fields() -> None:
    said = replace(EXAM, impression="see {reader} and {0.__class__}")
    assert text(said, parse("{impression}")) == "see {reader} and {0.__class__}"


def test_an_impression_part_makes_the_impression_of_text_and_page() -> None:
    template = parse("I: {impression}\n[impression]\nLung-RADS {category}: {recommendation}\n{impression}\n")
    made = with_impression(EXAM, template, PatientBlock.NONE)
    assert made.impression.startswith("Lung-RADS 4A: 3-month LDCT")
    assert made.impression.endswith("\nNodule in the right upper lobe.")
    assert text(made, template) == f"I: {made.impression}"


def test_without_an_impression_part_the_reader_has_the_word() -> None:
    assert with_impression(EXAM, parse("{findings}"), PatientBlock.NONE) is EXAM


def test_the_template_that_ships_names_no_patient() -> None:
    assert isinstance(default(), Template)
    assert "{patient}" not in default().text
    assert "Doe" not in text(EXAM)


def test_several_empty_lines_become_one() -> None:
    assert filled("a\n\n\n\nb", {}) == "a\n\nb"
