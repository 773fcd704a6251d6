"""What a batch and its report cost: rates as ratios in one run, memory and time of reports as bounds."""

from __future__ import annotations

import dataclasses
import itertools
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.batch.inputs import Input, inputs
from lungview.batch.run import opened, run
from lungview.batch.store import Store
from lungview.batch.work import judge
from lungview.classify.case import Case
from lungview.image.phantom import Thorax, write_pngs
from lungview.image.slice import Instance
from lungview.model.card import read_card
from lungview.model.input import Box
from lungview.model.registry import Entry
from lungview.report.pdf.batch import BatchContent, write_batch
from lungview.report.pdf.case import write_case
from tests.batch.conftest import TINY
from tests.batch.mixed import mixed_folder
from tests.benchmarks.ratio import keep
from tests.report.conftest import make_card, make_content, make_prediction

pytestmark = pytest.mark.slow
MB = 2**20


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    write_pngs(folder, Thorax(slices=120))
    return folder


@pytest.fixture(scope="module")
def resnet(tmp_path_factory: pytest.TempPathFactory):
    pytest.importorskip("tensorflow", reason="needs the extra `train`")
    from tests.benchmarks.networks.test_classify import built

    return built("resnet50", tmp_path_factory.mktemp("resnet50"))


def rate(folder: Path, out: Path, model: Entry, workers: int) -> float:
    """Files a second of worker processes that are warm: from the first rows to the last."""
    marks: list[tuple[float, int]] = []
    with opened(out, model) as store:
        run(
            inputs([folder]),
            model,
            store,
            workers=workers,
            on_rows=lambda rows: marks.append((time.perf_counter(), len(rows))),
        )
    warm = marks[4 * workers :]
    return sum(count for _, count in warm[1:]) / (warm[-1][0] - warm[0][0])


def keras_rate(folder: Path, model) -> float:
    """Files a second of the loop every notebook has: read, resize, predict; no heat map at all."""
    files = sorted(folder.rglob("*.png"))[:25]
    size = model.input.shape[1:3]

    def one(path: Path) -> None:
        image = cv2.resize(cv2.imread(str(path)), size).astype(np.float32)[None] / 127.5 - 1
        model.predict(image, verbose=0)

    one(files[0])
    start = time.perf_counter()
    for path in files:
        one(path)
    return len(files) / (time.perf_counter() - start)


@pytest.mark.tensorflow
def test_a_batch_with_all_heat_maps_is_five_times_as_fast_as_a_predict_loop(pictures, resnet, tmp_path):
    model, entry = resnet
    # In turns, so that other load falls on both.
    theirs = [keras_rate(pictures, model)]
    ours = rate(pictures, tmp_path / "out", entry, 2)
    theirs.append(keras_rate(pictures, model))
    peer = max(theirs)
    told = f"ResNet50: batch {ours:.1f}/s with heat maps, predict {peer:.1f}/s without"
    keep(told, ours / peer, [ours / each for each in theirs])
    assert ours / peer >= 5


@pytest.mark.tensorflow
def test_two_workers_do_at_least_1_6_times_the_work_of_one(pictures, resnet, tmp_path):
    _, entry = resnet
    rates = {1: 0.0, 2: 0.0}
    for turn, workers in itertools.product(range(2), (1, 2)):
        rates[workers] = max(rates[workers], rate(pictures, tmp_path / f"{turn}{workers}", entry, workers))
    print(f"\n1 worker {rates[1]:.1f}/s, 2 workers {rates[2]:.1f}/s: {rates[2] / rates[1]:.2f} ×")
    assert rates[2] / rates[1] >= 1.6


def resident() -> float:
    """MB this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / MB


@pytest.mark.timeout(1800)
def test_memory_after_ten_thousand_files_is_that_after_a_hundred(pictures, tmp_path):
    if not Path("/proc/self/statm").exists():
        pytest.skip("memory is read from /proc")
    model = Entry(read_card(TINY), TINY)
    files = sorted(pictures.rglob("*.png"))
    with Store(tmp_path / "r.sqlite") as store:
        for number in range(10_000):
            source = Input(files[number % len(files)])
            store.write([judge(source, model)])
            if number == 100:
                before = resident()
    after = resident()
    print(f"\n{before:.0f} MB after 100 files, {after:.0f} MB after 10,000")
    assert after - before <= 50


def held_by_all() -> float:
    """MB this process and its children hold, what they share counted in each."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    pages = sum(int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in ["self", *children])
    return pages * 4096 / MB


@pytest.mark.timeout(1800)
def test_ten_thousand_mixed_files_are_as_many_rows_in_bounded_memory(tmp_path):
    """Pictures, DICOM, text, broken, empty, hidden, links that loop or lead nowhere, strange names."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("memory is read from /proc")
    kinds = mixed_folder(tmp_path / "in", 10_000)
    model = Entry(dataclasses.replace(read_card(TINY), preparation="box"), TINY)
    sources = list(inputs([tmp_path / "in"], tmp_path / "out"))
    done, held = [0], {}

    def on_rows(rows):
        done[0] += len(rows)
        if done[0] >= 100 and "first" not in held:
            held["first"] = held_by_all()
        if done[0] == 10_000:
            held["last"] = held_by_all()

    start = time.perf_counter()
    with opened(tmp_path / "out", model) as store:
        run(sources, model, store, workers=2, on_rows=on_rows)
        rows = store.count()
    seconds = time.perf_counter() - start
    with sqlite3.connect(tmp_path / "out" / "results.sqlite") as database:
        found = dict(database.execute("SELECT status, count(*) FROM results GROUP BY status"))
    grown = held["last"] - held["first"]
    print(f"\n10,000 mixed files in {seconds:.0f} s: {found}; {held['first']:.0f} MB, then {grown:+.0f} MB")
    assert rows == 10_000
    assert found["skipped"] == kinds["text"] + kinds["hidden"]
    assert found["failed"] == sum(kinds[k] for k in ("broken", "empty", "cut dicom", "gone"))
    assert grown <= 50


def test_a_case_is_a_pdf_within_two_seconds(tmp_path):
    write_case(make_content(), tmp_path / "first.pdf")
    start = time.process_time()
    write_case(make_content(), tmp_path / "case.pdf")
    seconds = time.process_time() - start
    print(f"\na case's PDF: {seconds:.2f} s of CPU")
    assert seconds <= 2


@pytest.mark.timeout(600)
def test_a_thousand_cases_are_a_pdf_within_a_minute(pictures, tmp_path):
    files = sorted(pictures.rglob("*.png"))
    rows, columns = cv2.imread(str(files[0])).shape[:2]
    flagged = make_prediction(box=Box(0, 0, rows, columns))
    fine = make_prediction(
        label="normal", probabilities=(0.01, 0.01, 0.01, 0.97), box=Box(0, 0, rows, columns)
    )

    def cases() -> Iterator[Case]:
        for number in range(1000):
            yield Case(Instance(files[number % len(files)]), fine if number % 4 == 3 else flagged)

    start = time.process_time()
    before = resident()
    write_batch(BatchContent(cases, make_card()), tmp_path / "batch.pdf")
    seconds = time.process_time() - start
    size = (tmp_path / "batch.pdf").stat().st_size / MB
    grown = resident() - before
    print(f"\n1,000 cases: {seconds:.1f} s of CPU, {size:.0f} MB, {grown:.0f} MB of memory")
    assert seconds <= 60
    assert grown <= 400
