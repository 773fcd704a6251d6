"""The folder of templates: what is in it is offered, what cannot be used is one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lungview.report.work_up import template
from lungview.viewer.work_up import templates


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUNGVIEW_HOME", str(tmp_path))
    return templates.made()


def test_a_new_folder_holds_the_template_that_ships_to_begin_from(folder: Path) -> None:
    assert templates.names() == ("example.txt",)
    assert templates.load("example.txt") == templates.Loaded(template.default())


def test_a_folder_with_a_template_is_left_as_it_is(folder: Path) -> None:
    (folder / "example.txt").rename(folder / "mine.md")
    templates.made()
    assert templates.names() == ("mine.md",)


def test_text_files_alone_are_offered(folder: Path) -> None:
    for name in ("b.TXT", "a.md", "c.py", "d.txt.bak"):
        (folder / name).write_text("{date}")
    assert templates.names() == ("a.md", "b.TXT", "example.txt")


def test_without_a_choice_or_a_folder_the_one_that_ships_is_used(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("LUNGVIEW_HOME", str(tmp_path / "none"))
    assert templates.names() == ()
    assert templates.load("") == templates.Loaded(template.default())


BAD = [
    (b"{findngs}", "the field “findngs” is not known"),
    (b"{date}" + b" " * 70_000, "expected at most 65,536 bytes, found more"),
    (b"\x7fELF\x00\x01{date}", "expected plain text in UTF-8, found something else"),
    ("{date} für".encode("latin-1"), "expected plain text in UTF-8, found something else"),
    ("{date}".encode("utf-16"), "expected plain text in UTF-8, found something else"),
    (b"", "expected a text with fields, found none"),
]


@pytest.mark.parametrize(("data", "why"), BAD)
def test_a_bad_file_is_one_sentence_and_the_one_that_ships_is_used(
    folder: Path, data: bytes, why: str
) -> None:
    (folder / "bad.txt").write_bytes(data)
    found = templates.load("bad.txt")
    assert found.template == template.default()
    assert found.problem.startswith(f"The template could not be used, the one that ships is: {why}")
    assert found.problem.endswith("(bad.txt).")


@pytest.mark.parametrize("name", ["gone.txt", "../settings.json", "sub", "/etc/hostname"])
def test_nothing_outside_of_the_folder_is_read(folder: Path, name: str) -> None:
    (folder / "sub").mkdir()
    (folder.parent / "settings.json").write_text("{}")
    assert "there is no such file in the folder of templates" in templates.load(name).problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in folders")
def test_a_pipe_does_not_stop_the_program(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    assert "there is no such file" in templates.load("pipe.txt").problem


def test_a_byte_order_mark_is_no_letter(folder: Path) -> None:
    (folder / "notepad.txt").write_bytes("\ufeff{date}\r\nfür".encode())
    assert templates.load("notepad.txt").template.text == "{date}\nfür"
