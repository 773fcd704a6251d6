import os
import signal
import sys
from collections import Counter
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path

import pytest

from lungview.batch.carriers.executors import process_pool
from lungview.batch.inputs import Input, inputs
from lungview.batch.lock import locked
from lungview.batch.row import Row
from lungview.batch.run import opened, run
from lungview.batch.store import Store
from lungview.batch.work import failed, judge
from lungview.classify.outcome import Status
from lungview.errors import ReportError, WeightsError
from lungview.model.registry import Entry
from tests.batch.conftest import TINY, picture, table, threads, whole_batch
from tests.batch.mixed import mixed_folder


def test_every_file_ends_as_exactly_one_row(folder: Path, tmp_path: Path, tiny: Entry) -> None:
    path = whole_batch(folder, tmp_path / "out", tiny)
    rows = table(path)
    assert [r[0] for r in rows] == sorted(str(p) for p in folder.rglob("*") if not p.is_dir())
    assert Counter(r[1] for r in rows) == {"classified": 8, "skipped": 1, "failed": 3}


@pytest.mark.skipif(sys.platform == "win32", reason="the folder has links and names Windows does not allow")
def test_a_hospitals_folder_has_one_row_a_file_whatever_is_in_it(tmp_path: Path, tiny: Entry) -> None:
    """Four hundred files; ten thousand are a benchmark."""
    kinds = mixed_folder(tmp_path / "in", 400)
    path = whole_batch(tmp_path / "in", tmp_path / "out", tiny)
    with Store(path) as store:
        rows = list(store.rows())
    assert len(rows) == len({row.source.label for row in rows}) == 400
    found = Counter(row.status for row in rows)
    assert found[Status.CLASSIFIED] + found[Status.NOT_SUITABLE] == kinds["png"] + kinds["dicom"]
    assert found[Status.SKIPPED] == kinds["text"] + kinds["hidden"]
    assert found[Status.FAILED] == sum(kinds[k] for k in ("broken", "empty", "cut dicom", "gone"))
    assert all(row.case.error.message for row in rows if row.case.error)


def test_what_it_says_of_a_file_is_what_classify_says(folder: Path, tmp_path: Path, tiny: Entry) -> None:
    from lungview.classify.classify import classify

    path = whole_batch(folder, tmp_path / "out", tiny)
    alone = classify(folder / "p1.png", tiny).prediction
    with Store(path) as store:
        row = next(r for r in store.rows() if r.source.path.name == "p1.png")
    assert alone is not None
    assert row.case.prediction is not None
    assert row.case.prediction.probabilities == pytest.approx(alone.probabilities, abs=1e-6)
    assert row.case.prediction.label == alone.label


def test_processes_give_the_same_table_as_threads(folder: Path, tmp_path: Path, tiny: Entry) -> None:
    with opened(tmp_path / "b", tiny) as store:
        run(inputs([folder]), tiny, store, workers=2, pool=process_pool)
    with_processes = table(tmp_path / "b" / "results.sqlite")
    assert with_processes == table(whole_batch(folder, tmp_path / "a", tiny))


def test_a_cancelled_batch_keeps_what_is_done_and_goes_on_from_there(
    folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    out, seen = tmp_path / "out", []
    with opened(out, tiny) as store:
        went_through = run(
            inputs([folder]),
            tiny,
            store,
            workers=1,
            pool=threads,
            on_rows=seen.extend,
            cancelled=lambda: len(seen) >= 3,
        )
        kept = store.count()
    assert not went_through
    assert 3 <= kept < 12
    again: list[Input] = []

    def counting(source: Input, model: Entry) -> Row:
        again.append(source)
        return judge(source, model)

    whole_batch(folder, out, tiny, resume=True, judging=counting)
    assert len(again) == 12 - kept
    assert table(out / "results.sqlite") == table(whole_batch(folder, tmp_path / "other", tiny))


def _dies_on_p3(source: Input, model: Entry) -> Row:
    if source.path.name == "p3.png":
        os.kill(os.getpid(), signal.SIGKILL)
    return judge(source, model)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_worker_that_dies_costs_the_one_file_which_is_named(
    folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    with opened(tmp_path / "out", tiny) as store:
        run(inputs([folder]), tiny, store, workers=2, judging=_dies_on_p3)
        rows = list(store.rows())
    died = [r for r in rows if r.case.error and r.case.error.reason == "WorkerDied"]
    assert [r.source.path.name for r in died] == ["p3.png"]
    assert len(rows) == 12
    assert sum(r.status is Status.CLASSIFIED for r in rows) == 7


def _fails_on_p3(source: Input, model: Entry) -> Row:
    if source.path.name == "p3.png":
        raise ZeroDivisionError("a bug")
    return judge(source, model)


def test_a_fault_of_the_program_costs_the_one_file(folder: Path, tmp_path: Path, tiny: Entry) -> None:
    rows = table(whole_batch(folder, tmp_path / "out", tiny, judging=_fails_on_p3))
    assert [r[4] for r in rows if str(r[0]).endswith("p3.png")] == [
        ("WorkerDied", "the program failed on this file (ZeroDivisionError)")
    ]
    assert len(rows) == 12


class _BreaksOnce(Executor):
    """An executor whose second task breaks it: what was finished before must not be lost."""

    def __init__(self) -> None:
        self.count = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.count += 1
        future: Future[Row] = Future()
        if self.count == 2:
            future.set_exception(BrokenExecutor("died"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_what_was_finished_when_a_worker_died_is_kept(folder: Path, tmp_path: Path, tiny: Entry) -> None:
    pools = [_BreaksOnce()]
    judged: list[Path] = []

    def counting(source: Input, model: Entry) -> Row:
        judged.append(source.path)
        return judge(source, model)

    with opened(tmp_path / "out", tiny) as store:
        run(
            inputs([folder]),
            tiny,
            store,
            workers=4,
            judging=counting,
            pool=lambda n: pools.pop() if pools else threads(n),
        )
        assert store.count() == 12
    assert len(judged) == len(set(judged)) == 12


def test_results_are_not_overwritten_without_being_asked(folder: Path, tmp_path: Path, tiny: Entry) -> None:
    whole_batch(folder, tmp_path / "out", tiny)
    with pytest.raises(ReportError, match="there are results of a batch already"):
        whole_batch(folder, tmp_path / "out", tiny)


def test_two_batches_on_one_output_are_refused(tmp_path: Path, tiny: Entry) -> None:
    said = pytest.raises(ReportError, match="another batch is writing")
    with opened(tmp_path / "out", tiny), said, locked(tmp_path / "out"):
        pass


def test_the_lock_is_free_again_afterwards(tmp_path: Path, tiny: Entry) -> None:
    with opened(tmp_path / "out", tiny):
        pass
    with opened(tmp_path / "out", tiny, resume=True):
        pass


def test_a_model_that_fails_in_the_middle_stops_the_batch_and_keeps_what_is_done(
    folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    """Not a failed row for each of ten thousand files."""

    def losing_the_model(source: Input, model: Entry) -> Row:
        if source.path.name == "p5.png":
            return failed(source, WeightsError("the model's file is gone", model.folder))
        return judge(source, model)

    with opened(tmp_path / "out", tiny) as store:
        with pytest.raises(WeightsError, match="the model's file is gone"):
            run(inputs([folder]), tiny, store, workers=1, pool=threads, judging=losing_the_model)
        kept = {row.source.path.name for row in store.rows()}
    assert "p5.png" not in kept
    assert {f"p{i}.png" for i in range(5)} <= kept  # one worker judges in order


def test_a_model_with_a_wrong_hash_is_refused_before_anything_is_written(tmp_path: Path, tiny: Entry) -> None:
    import shutil

    shutil.copytree(TINY, tmp_path / "model")
    (tmp_path / "model" / "model.tflite").write_bytes(b"something else")
    with pytest.raises(WeightsError), opened(tmp_path / "out", Entry(tiny.card, tmp_path / "model")):
        pass
    assert not (tmp_path / "out").exists()


def test_an_output_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path, tiny: Entry) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="could not be made"), opened(tmp_path / "file" / "out", tiny):
        pass


def test_an_empty_folder_gives_an_empty_table(tmp_path: Path, tiny: Entry) -> None:
    (tmp_path / "in").mkdir()
    assert table(whole_batch(tmp_path / "in", tmp_path / "out", tiny)) == []


def test_of_many_frames_the_most_suspicious_is_kept(tmp_path: Path, tiny: Entry) -> None:
    import cv2

    pictures = [cv2.imread(str(picture(tmp_path / f"{i}.png", i)), 0) for i in (2, 5, 0, 8)]
    (tmp_path / "in").mkdir()
    cv2.imwritemulti(str(tmp_path / "in" / "stack.tiff"), pictures)
    with opened(tmp_path / "out", tiny) as store:
        run(inputs([tmp_path / "in"]), tiny, store, workers=1, pool=threads)
        (row,) = store.rows()
    assert (row.frames, row.case.instance.frame) == (4, 2)  # the only one with a square


class _AllAtOnce(Executor):
    """An executor whose tasks are finished when they are given: all come back together."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[Row] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_what_was_finished_together_with_the_models_failure_is_kept(
    folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    def losing_the_model(source: Input, model: Entry) -> Row:
        if source.path.name == "p1.png":
            return failed(source, WeightsError("the model's file is gone", model.folder))
        return judge(source, model)

    with opened(tmp_path / "out", tiny) as store:
        with pytest.raises(WeightsError):
            run(
                inputs([folder]),
                tiny,
                store,
                workers=9,
                pool=lambda _: _AllAtOnce(),
                judging=losing_the_model,
            )
        assert store.count() == 11
