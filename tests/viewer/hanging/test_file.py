"""The file of hanging rules: read back as written, and a broken one is a sentence and what ships."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lungview import paths
from lungview.errors import SettingsError
from lungview.viewer.hanging import file
from lungview.viewer.hanging.rules import LAYOUTS, Rule

_WORDS = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() or "\n" in text)
_RULES = st.builds(
    Rule,
    name=st.text(st.characters(codec="utf-8"), max_size=30),
    layout=st.sampled_from(LAYOUTS),
    on=st.booleans(),
    modality=st.lists(_WORDS, max_size=3).map(tuple),
    words=st.lists(_WORDS, max_size=3).map(tuple),
    series=st.sampled_from(["", "2", "2+", "2-4"]),
    prior=st.booleans(),
    windows=st.lists(st.sampled_from(["lung", "mediastinum", "file", "5"]), max_size=3).map(tuple),
)


@given(st.lists(_RULES, max_size=5))
def test_rules_are_read_back_as_they_were_written(rules: list[Rule]) -> None:
    table = tomllib.loads(file.text_of(rules))
    assert file._rules(table, Path("x")) == tuple(rules)


def test_the_shipped_rules_change_nothing_for_a_ct() -> None:
    rules = file.shipped()
    assert all(not rule.on for rule in rules if "CT" in rule.modality)
    assert {rule.layout for rule in rules} >= {"compare", "thorax"}


def test_without_a_file_of_ones_own_the_shipped_rules_are_used() -> None:
    assert file.load() == file.Loaded(file.shipped())


def test_what_is_saved_is_loaded() -> None:
    rules = (Rule("mine", "2x2", modality=("CT",)),)
    assert file.save(rules) is None
    assert file.load() == file.Loaded(rules)
    assert file.own_path().parent == paths.config()
    assert file.own_path().read_text("utf-8").startswith("# How a study is hung")


@pytest.mark.parametrize(
    "content",
    [b"[[rule]\n", b"\xff\xfe", b"", b'[[rule]]\nlayout = "wall"\n', b"rule = 3\n", b'[other]\na = 1\n',
     b"x" * 1_000_001, b"[[rule]]\n" * 300, b"a = " + b"[" * 5000],
)  # fmt: skip
def test_a_broken_file_is_one_sentence_and_the_shipped_rules(content: bytes) -> None:
    paths.config().mkdir(parents=True)
    file.own_path().write_bytes(content)
    loaded = file.load()
    if not content:
        assert loaded == file.Loaded(())  # an empty file is a choice: no rules
        return
    assert loaded.rules == file.shipped()
    assert loaded.problem.startswith("Your hanging rules could not be used, those that ship are: ")
    assert "\n" not in loaded.problem
    assert file.own_path().read_bytes() == content


def test_a_broken_file_is_kept_beside_when_new_rules_are_saved() -> None:
    paths.config().mkdir(parents=True)
    file.own_path().write_bytes(b"[[rule]\n")
    aside = file.save(())
    assert aside is not None
    assert aside.read_bytes() == b"[[rule]\n"
    assert file.load() == file.Loaded(())


def test_a_folder_in_its_place_is_one_sentence() -> None:
    file.own_path().mkdir(parents=True)
    assert file.load().problem
    with pytest.raises(SettingsError):
        file.read(file.own_path())
