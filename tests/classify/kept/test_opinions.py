"""The reader's opinions are kept, all of them, and leave as a table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lungview.classify.classify import classify
from lungview.classify.kept import opinions, record
from lungview.errors import ReportError
from lungview.image.slice import Instance

INSTANCE = Instance(Path("some/slice.dcm"), frame=2, sop_instance_uid="1.2.3")


def test_an_opinion_given_first_holds_nothing_of_the_model():
    made = opinions.opinion(INSTANCE, "benign", read_first=True)
    assert (made.instance, made.frame, made.reader_label, made.read_first) == ("1.2.3", 2, "benign", True)
    assert (made.model, made.label, made.agrees) == ("", "", None)


def test_a_word_on_the_models_answer_holds_the_answer(tiny, chest):
    case = classify(chest, tiny)
    made = opinions.opinion(chest.instance, "plain", read_first=True, case=case, agrees=False)
    found = case.prediction
    assert (made.model, made.sha256, made.label) == (found.model, found.sha256, found.label)
    assert made.probability == max(found.probabilities)
    assert made.agrees is False


def test_a_picture_file_is_not_named_as_its_name_may_be_a_patients():
    made = opinions.opinion(Instance(Path("home/somebody/Ann.png")), "a", read_first=False, picture="f00d")
    assert (made.instance, made.picture) == ("", "f00d")


def test_what_was_appended_comes_back_in_order():
    made = [opinions.opinion(INSTANCE, label, read_first=False, remark="ä, ß") for label in "abc"]
    for each in made:
        opinions.append(each)
    assert opinions.read() == tuple(made)


def test_there_is_no_log_before_the_first_opinion():
    assert opinions.read() == ()


def test_the_log_of_before_is_taken_in_once_and_stays_but_for_a_line_cut_by_a_crash():
    old = record.default_path().with_name("opinions.jsonl")
    old.parent.mkdir(parents=True, exist_ok=True)
    before = '{"time": "2026-01-01T10:00:00+00:00", "instance": "1.2.3", "frame": 2, "reader_label": "a", '
    text = before + '"read_first": true}\n{"time": "2026-01-0\n'
    old.write_text(text)
    for label in "bc":
        opinions.append(opinions.opinion(INSTANCE, label, read_first=False))
    kept = [(made.reader_label, made.read_first) for made in opinions.read()]
    assert kept == [("a", True), ("b", False), ("c", False)]
    assert old.read_text() == text


def test_the_table_says_research_use_only_and_holds_every_opinion(tmp_path):
    made = [opinions.opinion(INSTANCE, label, read_first=True) for label in ("a", "b")]
    opinions.to_csv(made, tmp_path / "log.csv")
    first, *lines = (tmp_path / "log.csv").read_text(encoding="utf-8-sig").splitlines()
    assert first == "# Research use only, not a medical device"
    assert [row["reader_label"] for row in csv.DictReader(lines)] == ["a", "b"]


def test_a_remark_cannot_become_a_formula(tmp_path):
    opinions.to_csv([opinions.opinion(INSTANCE, "a", read_first=True, remark="=1+1")], tmp_path / "log.csv")
    assert "'=1+1" in (tmp_path / "log.csv").read_text(encoding="utf-8-sig")


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="could not be kept"):
        opinions.append(opinions.opinion(INSTANCE, "a", read_first=True), tmp_path / "file" / "record.sqlite")
