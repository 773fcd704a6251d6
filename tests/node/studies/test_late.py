"""What comes to a study that was answered: nothing of it is kept for longer than the policy says."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
import pytest

from lungview.errors import WorkerDied
from lungview.node import worker as module
from lungview.node.ledger import StudyState
from lungview.node.worker import Worker
from lungview.remote_nodes import DicomNode
from lungview.sources.pacs.receive import Received
from lungview.sources.sending import Outcome, State
from lungview.sources.source import never
from tests.node.conftest import Parts

ANSWER = DicomNode("answer", "NOBODY", "127.0.0.1", 1, tries=1)


@pytest.fixture(autouse=True)
def archive(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """An archive that takes everything: what it took."""
    taken: list[Path] = []

    def transmit(paths: Any, on_outcome: Any, _cancelled: Any) -> None:
        for path in paths:
            taken.append(path)
            on_outcome(Outcome(path, State.SENT))

    monkeypatch.setattr(module.archives, "transmit", lambda _node: transmit)
    return taken


def _answered(parts: Parts, worker: Worker, study: list[Path]) -> None:
    parts.receive(study)
    assert worker.judge_next(never)
    worker.send_due(never)


def _state(parts: Parts) -> StudyState:
    (study,) = parts.ledger.studies()
    return study.state


def _of_no_ct(file: Path) -> Received:
    """Another series of that study, as a dose report may come later."""
    dataset = pydicom.dcmread(file)
    dataset.Modality, dataset.SeriesInstanceUID, dataset.SOPInstanceUID = "MR", "1.2.3", "1.2.3.1"
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.1"
    buffer = BytesIO()
    dataset.save_as(buffer)
    return Received("1.2.3.1", buffer.getvalue())


def _grow_old(parts: Parts, worker: Worker) -> None:
    parts.ledger._run("UPDATE study SET last=0")
    worker.delete_old()


def test_a_late_series_that_is_refused_leaves_the_study_a_sent_one(
    make_parts: Any, study: list[Path]
) -> None:
    parts = make_parts(answer=ANSWER)
    worker = parts.worker()
    _answered(parts, worker, study)
    assert _state(parts) is StudyState.SENT
    parts.inbox.keep(_of_no_ct(study[0]))
    assert worker.judge_next(never)
    assert _state(parts) is StudyState.SENT
    _grow_old(parts, worker)
    assert _state(parts) is StudyState.EXPIRED
    assert list(parts.inbox.folder.root.rglob("*.dcm")) == []


def test_a_study_that_comes_again_after_it_was_deleted_is_deleted_again(
    make_parts: Any, study: list[Path], archive: list[Path]
) -> None:
    parts = make_parts(answer=ANSWER)
    worker = parts.worker()
    _answered(parts, worker, study)
    _grow_old(parts, worker)
    _answered(parts, worker, study)
    assert len(archive) == 2  # it was answered before
    _grow_old(parts, worker)
    assert _state(parts) is StudyState.EXPIRED
    assert list(parts.inbox.folder.root.rglob("*.dcm")) == []


def test_answers_that_wait_are_not_deleted(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts(answer=ANSWER)
    worker = parts.worker()
    parts.receive(study)
    assert worker.judge_next(never)
    _grow_old(parts, worker)
    assert _state(parts) is StudyState.JUDGED
    assert all(path.is_file() for _, path in parts.ledger.answers())


def test_a_study_that_fails_leaves_nothing_half_made(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()

    def fails(task: Any, _longest_s: float, _cancelled: Any) -> Any:
        (task.out / "half.dcm").write_bytes(b"x")
        raise WorkerDied("the process that judged the study died")

    worker = parts.worker(fails)
    parts.receive(study)
    assert worker.judge_next(never)
    assert list((parts.configuration.data / "work").iterdir()) == []
