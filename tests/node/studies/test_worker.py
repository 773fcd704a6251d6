"""What becomes of a study: judged once, refused with the reason, set aside, deleted in time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pydicom
import pytest

from lungview.errors import DamagedFile, ReportError, WorkerDied
from lungview.image.phantom import Thorax, write_series
from lungview.node import judging
from lungview.node.configuration import NAME
from lungview.node.ledger import StudyState
from lungview.remote_nodes import DicomNode
from lungview.sources.pacs.receive import Received
from lungview.sources.sending import State
from lungview.sources.source import never
from tests.node import poison
from tests.node.conftest import make_model

long = pytest.mark.skipif(os.environ.get("LUNGVIEW_TEST_PACS") != "1", reason="`make test-pacs` runs it")
ELSEWHERE = DicomNode("elsewhere", "PACS", "127.0.0.1", 9)


def _state(parts: Any, number: int = 1) -> StudyState:
    return next(s.state for s in parts.ledger.studies() if s.number == number)


def _answers(parts: Any) -> list[pydicom.Dataset]:
    return [pydicom.dcmread(path) for _, path in parts.ledger.answers()]


def test_a_complete_study_is_answered_by_a_report_and_a_capture(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()
    worker = parts.worker()
    parts.receive(study)
    assert worker.judge_next(never)
    answers = _answers(parts)
    assert sorted(str(each.Modality) for each in answers) == ["OT", "SR"]
    source = pydicom.dcmread(study[0])
    assert {each.StudyInstanceUID for each in answers} == {source.StudyInstanceUID}
    report = next(each for each in answers if each.Modality == "SR")
    assert (report.VerificationFlag, report.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")
    assert _state(parts) is StudyState.JUDGED


def test_a_study_waits_until_it_is_quiet(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts(quiet_s=60.0)
    worker = parts.worker()
    parts.receive(study)
    assert not worker.judge_next(never)
    assert _state(parts) is StudyState.RECEIVING


def test_the_time_without_a_node_is_no_quiet_time(
    make_parts: Any, study: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = make_parts(quiet_s=60.0)
    parts.worker()
    parts.receive(study[:-1])
    later = time.time() + 300
    monkeypatch.setattr(time, "time", lambda: later)
    worker = parts.worker()  # as after a restart
    assert not worker.judge_next(never)
    monkeypatch.setattr(time, "time", lambda: later + 61)
    assert worker.judge_next(never)


def test_what_is_sent_again_is_not_answered_again(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()
    worker = parts.worker()
    parts.receive(study)
    worker.judge_next(never)
    parts.receive(study)
    assert not worker.judge_next(never)
    assert len(_answers(parts)) == 2


def test_a_late_slice_has_its_series_judged_once_more(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()
    worker = parts.worker()
    parts.receive(study[:-1])
    worker.judge_next(never)
    parts.receive(study[-1:])
    assert worker.judge_next(never)
    assert not worker.judge_next(never)
    assert len(_answers(parts)) == 4


def test_what_the_gate_refuses_leaves_no_object_and_its_reason_stays(
    make_parts: Any, study: list[Path], tmp_path: Path
) -> None:
    parts = make_parts(model=str(make_model(tmp_path / "strict", 0.0)))
    worker = parts.worker()
    parts.receive(study)
    worker.judge_next(never)
    assert _answers(parts) == []
    assert list((parts.configuration.data / "answers").iterdir()) == []
    (row,) = parts.ledger.studies()
    assert row.state is StudyState.REFUSED
    assert "No slice was suitable" in row.reason
    assert ("refused", {"study": 1, "reason": row.reason}) in parts.told


def test_a_series_that_is_no_ct_is_refused(make_parts: Any, tmp_path: Path) -> None:
    def magnetic(dataset: pydicom.Dataset, _index: int) -> None:
        dataset.Modality = "MR"

    parts = make_parts()
    worker = parts.worker()
    parts.receive(write_series(tmp_path / "mr", Thorax(slices=2, matrix=64), change=magnetic))
    worker.judge_next(never)
    assert _state(parts) is StudyState.REFUSED
    assert parts.ledger.studies()[0].reason == "expected CT, found MR"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (poison.dies, "died"),
        (poison.hangs, "longer than"),
        (poison.says_a_name, "KeyError"),
        pytest.param(poison.fails, "the model cannot be used", marks=long),
    ],
)
def test_a_poisoned_study_is_set_aside_after_two_tries(
    make_parts: Any, study: list[Path], what: judging.Judge, words: str
) -> None:
    parts = make_parts(judge_s=0.5 if what is poison.hangs else 120.0)

    worker = parts.worker(judging.Judging(what))
    parts.receive(study)
    assert worker.judge_next(never)
    assert worker.judge_next(never)
    assert not worker.judge_next(never)
    assert parts.words() == ["not judged", "set aside"]
    row = parts.ledger.studies()[0]
    assert (row.state, row.tries) == (StudyState.SET_ASIDE, 2)
    assert words in row.reason
    assert "oe" not in str(parts.told).replace("does", "")


def test_want_of_room_sets_no_study_aside(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()

    def short(*_: Any) -> Any:
        parts.inbox._least_free = 10**18
        raise WorkerDied("no room for the report")

    worker = parts.worker(short)
    parts.receive(study)
    for _ in range(3):
        with pytest.raises(ReportError, match="are free"):
            worker.judge_next(never)
    assert parts.ledger.studies()[0].tries == 0


def test_a_study_that_is_set_aside_holds_up_no_other(
    make_parts: Any, study: list[Path], tmp_path: Path
) -> None:
    other = write_series(tmp_path / "other", Thorax(slices=3, matrix=64, seed=7))
    parts = make_parts()
    parts.receive(study)
    worker = parts.worker(lambda task, _s, _c: poison.says_a_name(task))
    for _ in range(2):
        with pytest.raises(KeyError):
            worker.judge_next(never)
    parts.ledger.failed_try(1, "twice", 1)
    parts.receive(other)
    assert parts.worker().judge_next(never)
    assert _state(parts, 2) is StudyState.JUDGED


def test_a_restart_goes_on_with_what_was_not_judged(make_parts: Any, study: list[Path]) -> None:
    make_parts().receive(study)
    later = make_parts()
    assert later.worker().judge_next(never)
    assert _state(later) is StudyState.JUDGED


def test_a_file_that_a_killed_node_had_not_noted_is_taken_up(make_parts: Any, study: list[Path]) -> None:
    first = make_parts()
    first.inbox.folder.keep(study[0].read_bytes())
    assert first.ledger.objects() == 0
    later = make_parts()
    later.worker()
    assert later.ledger.objects() == 1
    assert later.told == [("taken up", {"objects": 1})]


def test_answers_that_a_killed_node_had_not_noted_are_removed(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()
    parts.worker()
    (parts.configuration.data / "answers" / "half.dcm").write_bytes(b"half")
    (parts.configuration.data / "work" / "x").mkdir()
    make_parts().worker()
    assert list((parts.configuration.data / "answers").iterdir()) == []
    assert list((parts.configuration.data / "work").iterdir()) == []


def test_answers_that_were_noted_and_not_queued_are_queued(make_parts: Any, study: list[Path]) -> None:
    first = make_parts()  # nobody to answer to: the queue stays empty
    worker = first.worker()
    first.receive(study)
    worker.judge_next(never)
    later = make_parts(answer=ELSEWHERE)
    later.worker()
    assert [item.state for item in later.queue.items(NAME)] == [State.WAITING, State.WAITING]


def test_what_the_queue_knows_to_be_sent_is_sent_in_the_ledger_too(
    make_parts: Any, study: list[Path]
) -> None:
    parts = make_parts(answer=ELSEWHERE)
    worker = parts.worker()
    parts.receive(study)
    worker.judge_next(never)

    def sends(files: Any, tell: Any, _cancelled: Any) -> None:
        from lungview.sources.sending import Outcome

        for file in files:
            tell(Outcome(file, State.SENT))

    parts.queue.work(NAME, sends)
    worker.settle()
    assert _state(parts) is StudyState.SENT


def test_old_studies_are_deleted_and_not_answered_again(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts(keep_days=1e-9)
    worker = parts.worker()
    parts.receive(study)
    worker.judge_next(never)
    time.sleep(0.01)
    worker.delete_old()
    assert _state(parts) is StudyState.EXPIRED
    assert not any(p.suffix == ".dcm" for p in parts.configuration.data.rglob("*"))
    parts.receive(study)
    assert worker.judge_next(never)
    assert _answers(parts) == []


def test_a_disk_that_is_nearly_full_takes_no_object(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts(least_free_mb=10**9)
    with pytest.raises(ReportError, match="are free"):
        parts.receive(study[:1])
    assert parts.ledger.objects() == 0


def test_too_much_that_waits_takes_no_object(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts(most_waiting_mb=0)
    with pytest.raises(ReportError, match="wait to be judged"):
        parts.receive(study[:1])


def test_an_object_announced_under_another_uid_is_not_kept(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()
    with pytest.raises(DamagedFile, match="announced"):
        parts.inbox.keep(Received("1.2.3", study[0].read_bytes()))
    assert parts.ledger.objects() == 0
    assert not any(parts.inbox.folder.root.rglob("*.dcm"))
