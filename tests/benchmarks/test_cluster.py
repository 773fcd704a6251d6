"""What Dask costs beside processes on the same two cores, and what the client holds while a batch grows."""

from __future__ import annotations

import statistics
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="needs the extra `cluster`")

from lungview.batch.carriers.cluster import cluster
from lungview.batch.carriers.executors import Carriers
from lungview.batch.inputs import inputs
from lungview.batch.row import Row
from lungview.batch.run import opened, run
from lungview.image.phantom import Thorax, write_series
from lungview.model import registry
from tests.benchmarks.ratio import keep
from tests.benchmarks.test_batch import resident

WORKERS = 2
ROUNDS = 3
MOST_OVERHEAD = 0.15
MOST_GROWTH = 20  # MB
WARM, SLICES = 64, 300  # warm after two bundles of each worker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def slices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 CT slices of 512², each of 60 phantom slices five times."""
    folder = tmp_path_factory.mktemp("slices")
    write_series(folder / "0", Thorax(slices=60, matrix=512))
    for turn in range(1, 5):
        for file in (folder / "0").rglob("*.dcm"):
            target = folder / str(turn) / file.name
            target.parent.mkdir(exist_ok=True)
            target.hardlink_to(file)
    return folder


@contextmanager
def processes():
    yield Carriers(WORKERS)


@contextmanager
def dask():
    with cluster(f"local:{WORKERS}", registry.default()) as (found, _):
        yield found


def spent() -> float:
    """CPU seconds of this process and of all below it, until now."""
    psutil = pytest.importorskip("psutil")
    me = psutil.Process()
    return sum(sum(p.cpu_times()[:2]) for p in (me, *me.children(recursive=True)))


def costs(folder: Path, out: Path, make) -> tuple[float, float, list[float]]:
    """Seconds and CPU seconds a slice of warm workers, and the client's MB with each write."""
    marks: list[tuple[float, float, int]] = []
    held: list[float] = []

    done = 0

    def on_rows(rows: list[Row]) -> None:
        nonlocal done
        done += len(rows)
        held.append(resident())
        if done - len(rows) < WARM <= done or done == SLICES:  # twice: to ask takes milliseconds
            marks.append((time.perf_counter(), spent(), done))

    model = registry.default()
    with make() as carriers, opened(out, model) as store:
        run(
            inputs([folder]),
            model,
            store,
            workers=carriers.workers,
            pool=carriers.pool,
            bundles=carriers.bundles,
            on_rows=on_rows,
        )
    wall, cpu, count = (b - a for a, b in zip(*marks, strict=True))
    return wall / count, cpu / count, held


def test_dask_costs_at_most_15_percent_more_than_processes(slices, tmp_path):
    walls, cpus = [], []
    for turn in range(ROUNDS):
        ours = costs(slices, tmp_path / f"d{turn}", dask)
        theirs = costs(slices, tmp_path / f"p{turn}", processes)
        walls.append(theirs[0] / ours[0])
        cpus.append(theirs[1] / ours[1])
    told = f"a slice of the last round: {1e3 * theirs[0]:.1f} ms by processes, {1e3 * ours[0]:.1f} by Dask"
    keep(told, statistics.median(walls), walls)
    told = f"of CPU: {1e3 * theirs[1]:.1f} ms by processes, {1e3 * ours[1]:.1f} by Dask"
    keep(told, statistics.median(cpus), cpus)
    assert statistics.median(walls) >= 1 / (1 + MOST_OVERHEAD)
    assert statistics.median(cpus) >= 1 / (1 + MOST_OVERHEAD)


def test_the_client_holds_no_more_at_the_end_of_a_batch_than_at_its_beginning(slices, tmp_path):
    _, _, held = costs(slices, tmp_path / "out", dask)
    print(f"\n{held[4]:.0f} MB after a few bundles, {held[-1]:.0f} MB at the end")
    assert held[-1] - held[4] <= MOST_GROWTH
