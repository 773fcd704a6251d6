import os
import sys
import zipfile
from pathlib import Path

import pytest

from lungview.batch.inputs import inputs
from lungview.errors import DamagedFile, ReadError


def names(root: Path, **options: Path) -> list[str]:
    return [str(i.label.relative_to(root)) for i in inputs([root], **options)]


def test_a_folder_is_taken_recursively_hidden_files_too(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("z.png", "a.png", "b/c.png", "b/.hidden"):
        (tmp_path / name).write_bytes(b"x")
    assert names(tmp_path) == ["a.png", "z.png", "b/.hidden", "b/c.png"]


def test_an_empty_folder_has_no_inputs(tmp_path: Path) -> None:
    assert names(tmp_path) == []


def test_links_that_go_round_end(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").write_bytes(b"x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    found = {str(i.label.relative_to(tmp_path)): i.error for i in inputs([tmp_path])}
    assert set(found) == {"a/x.png", "self"}
    assert found["a/x.png"] is None
    assert "symbolic links" in str(found["self"])


def test_the_output_folder_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.csv").write_text("x")
    (tmp_path / "a.png").write_bytes(b"x")
    assert names(tmp_path, excluded=tmp_path / "out") == ["a.png"]


def test_each_file_of_a_zip_is_an_input(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.writestr("d/1.dcm", b"x")
        archive.writestr("d/2.dcm", b"y")
        archive.mkdir("e")
    assert names(tmp_path) == ["s.zip/d/1.dcm", "s.zip/d/2.dcm"]


def test_an_empty_zip_is_one_input_with_a_problem(tmp_path: Path) -> None:
    zipfile.ZipFile(tmp_path / "s.zip", "w").close()
    (only,) = inputs([tmp_path])
    assert only.error is not None
    assert only.error.message == "the zip is empty"


def test_a_zip_cut_short_is_damaged_not_unknown(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.writestr("1.dcm", b"x" * 100)
    (tmp_path / "s.zip").write_bytes((tmp_path / "s.zip").read_bytes()[:-30])
    (only,) = inputs([tmp_path])
    assert isinstance(only.error, DamagedFile)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes among files")
def test_a_pipe_is_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (only,) = inputs([tmp_path])
    assert only.error is not None
    assert only.error.reason == "UnsupportedFormat"


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text there")
def test_a_name_that_is_no_text_is_an_input_like_any_other(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xff\xfe.png"
    Path(os.fsdecode(raw)).write_bytes(b"x")
    assert [os.fsencode(i.path) for i in inputs([tmp_path])] == [raw]


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file or folder"):
        list(inputs([tmp_path / "none"]))


def test_a_link_that_leads_nowhere_is_an_input_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "gone.png").symlink_to(tmp_path / "nothing.png")
    (only,) = inputs([tmp_path])
    assert only.error is not None
    assert only.error.message == "the link leads nowhere"


def test_two_names_of_one_file_are_two_inputs(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    os.link(tmp_path / "a.png", tmp_path / "c.png")
    assert names(tmp_path) == ["a.png", "b.png", "c.png"]


def test_a_dicomdir_and_hidden_members_are_accounted_for(tmp_path: Path) -> None:
    (tmp_path / "DICOMDIR").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.writestr("__MACOSX/._1.dcm", b"x")
        archive.writestr("1.dcm", b"y")
    assert names(tmp_path) == ["DICOMDIR", "s.zip/1.dcm", "s.zip/__MACOSX/._1.dcm"]


def test_an_office_document_is_one_file_though_it_is_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as archive:
        archive.writestr("word/document.xml", b"x")
        archive.writestr("word/styles.xml", b"x")
    assert names(tmp_path) == ["letter.docx"]
