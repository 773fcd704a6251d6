"""A study fetched into the folder of retrieved ones: its progress, its breaks, its order."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from lungview.errors import NoAnswer
from lungview.image.phantom import Thorax, write_series
from lungview.sources.source import FoundStudy, never
from lungview.viewer.archives import work
from lungview.viewer.archives.work import Broken, Came
from lungview.viewer.common import retrieved
from tests.sources.archives import peers

SLICES = 12


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_series(tmp_path_factory.mktemp("study"), Thorax(slices=SLICES, matrix=128))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, files: list[Path]) -> Iterator[peers.Orthanc]:
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        running.upload(files)
        yield running


@pytest.fixture
def found(files: list[Path]) -> FoundStudy:
    return FoundStudy(pydicom.dcmread(files[0]).StudyInstanceUID, instances=SLICES)


def test_a_line_that_is_cut_is_told_of_and_only_the_rest_is_asked_for(
    archive: peers.Orthanc, files: list[Path], found: FoundStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lungview.sources.retrying.PAUSE_S", 0.05)
    cutter = peers.Cutter(archive.dicom, after=4 * files[0].stat().st_size, cuts=2)
    told: list[Came | Broken] = []
    node = replace(archive.node(), port=cutter.port, tries=2)
    assert work.retrieve(told.append, never, node, found) == (SLICES, 0)  # type: ignore[arg-type]
    cutter.close()
    counts = [each.count for each in told if isinstance(each, Came)]
    assert counts == [*range(1, SLICES + 1), SLICES]  # none came twice
    breaks = [each for each in told if isinstance(each, Broken)]
    assert len(breaks) == 2
    for each in breaks:
        assert (each.retry.number, each.retry.tries, each.total) == (2, 2, SLICES)
        assert told[told.index(each) - 1].count == each.count


def test_a_study_of_which_some_is_here_counts_on_from_there(
    archive: peers.Orthanc, files: list[Path], found: FoundStudy
) -> None:
    cutter = peers.Cutter(archive.dicom, after=4 * files[0].stat().st_size, cuts=99)
    with pytest.raises(NoAnswer):
        work.retrieve(lambda _: None, never, replace(archive.node(), port=cutter.port), found)
    cutter.close()
    here = len(list(retrieved.place_of(found.study_uid).rglob("*.dcm")))
    assert 0 < here < SLICES
    told: list[Came] = []
    assert work.retrieve(told.append, never, archive.node(), found) == (SLICES, 0)  # type: ignore[arg-type]
    assert [each.count for each in told] == [*range(here + 1, SLICES + 1), SLICES]
    assert sum(each.size for each in told) == sum(f.stat().st_size for f in _last(told))


def _last(told: list[Came]) -> list[Path]:
    """The files that the last retrieval brought."""
    every = sorted(told[0].folder.rglob("*.dcm"), key=lambda each: each.stat().st_mtime_ns)
    return every[-len(told) + 1 :]


def test_studies_retrieved_long_ago_are_deleted() -> None:
    old, new = retrieved.kept_in() / "old", retrieved.kept_in() / "new"
    for each in (old, new):
        each.mkdir(parents=True)
    ago = time.time() - (work.KEPT_DAYS + 1) * 86400
    os.utime(old, (ago, ago))
    work.delete_old()
    assert [each.name for each in retrieved.kept_in().iterdir()] == ["new"]
