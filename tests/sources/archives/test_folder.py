"""Received objects lie under names of our own."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from lungview.errors import DamagedFile
from lungview.sources.folder import Folder, is_uid


def _changed(path: Path, keyword: str, value: str) -> bytes:
    from io import BytesIO

    dataset = pydicom.dcmread(path)
    dataset.data_element(keyword)  # there before
    dataset[keyword].validation_mode = pydicom.config.IGNORE
    dataset[keyword]._value = value
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


def test_no_uid_of_an_object_is_in_its_path(tmp_path: Path, study: list[Path]) -> None:
    head, path = Folder(tmp_path / "in").keep(study[0].read_bytes())
    for uid in (head.study_uid, head.series_uid, head.sop_uid):
        assert uid not in str(path)
    assert path.read_bytes() == study[0].read_bytes()


@pytest.mark.parametrize("uid", ["../../etc/passwd", "1.2/../../3", "", "1." + "2" * 63, "1.2\0", "a.b"])
def test_what_is_no_uid_is_refused(tmp_path: Path, study: list[Path], uid: str) -> None:
    assert not is_uid(uid)
    data = _changed(study[0], "SeriesInstanceUID", uid)
    if "\0" in uid:  # padding, which pydicom takes off: a legal UID
        return
    with pytest.raises(DamagedFile, match="UID"):
        Folder(tmp_path / "in").keep(data)
    assert not any(p.is_file() for p in tmp_path.rglob("*"))


def test_the_folder_is_its_owners_alone(tmp_path: Path, study: list[Path]) -> None:
    _, path = Folder(tmp_path / "in").keep(study[0].read_bytes())
    for folder in (tmp_path / "in", path.parent, path.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_an_object_that_comes_again_changes_nothing(tmp_path: Path, study: list[Path]) -> None:
    folder = Folder(tmp_path / "in")
    _, first = folder.keep(study[0].read_bytes())
    before = first.stat().st_mtime_ns
    _, second = folder.keep(study[0].read_bytes())
    assert (second, second.stat().st_mtime_ns) == (first, before)
