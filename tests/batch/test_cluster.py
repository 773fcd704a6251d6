"""The batch on Dask: the rows of processes, and a death costs one file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="needs the extra `cluster`")

from lungview.batch.carriers.cluster import BUNDLES, _compare, _on_worker, _Tasks, cluster
from lungview.batch.carriers.executors import BundleLostError, Bundles, Carriers, process_pool
from lungview.batch.inputs import Input, inputs
from lungview.batch.row import Row
from lungview.batch.run import opened, run
from lungview.batch.store import Store
from lungview.batch.work import judge
from lungview.errors import ModelError, ReportError, WeightsError
from lungview.model import registry
from lungview.model.card import read_card
from lungview.model.registry import Entry
from lungview.version import program
from tests.batch.conftest import TINY, picture, table

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's folders of this process and of the workers, with the tiny model in them."""
    made = tmp_path_factory.mktemp("home")
    shutil.copytree(TINY, made / "data" / "models" / "tiny")
    before = os.environ.get("LUNGVIEW_HOME")
    os.environ["LUNGVIEW_HOME"] = str(made)
    yield made
    if before is not None:
        os.environ["LUNGVIEW_HOME"] = before


@pytest.fixture
def tiny_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    monkeypatch.setenv("LUNGVIEW_HOME", str(home))
    return registry.find("tiny")


@pytest.fixture(scope="module")
def workers(home: Path) -> Iterator[Carriers]:
    with cluster("local:2", registry.find("tiny")) as (carriers, _):
        yield carriers


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(40):
        picture(folder / f"p{i:02d}.png", i)
    (folder / "cut.png").write_bytes((folder / "p00.png").read_bytes()[:200])
    (folder / "notes.txt").write_text("no picture")
    return folder


def _judged(
    folder: Path, out: Path, model: Entry, carriers: Carriers, **options: object
) -> list[tuple[object, ...]]:
    with opened(out, model) as store:
        run(
            inputs([folder]),
            model,
            store,
            workers=carriers.workers,
            pool=carriers.pool,
            bundles=carriers.bundles,
            **options,  # type: ignore[arg-type]
        )
    return table(out / "results.sqlite")


def test_the_rows_are_those_of_processes_bit_for_bit(
    pictures: Path, tmp_path: Path, tiny_there: Entry, workers: Carriers
) -> None:
    over = {"judging": partial(judge, override=True)}  # with probabilities, whatever the gate says
    with_dask = _judged(pictures, tmp_path / "a", tiny_there, workers, **over)
    with_processes = _judged(pictures, tmp_path / "b", tiny_there, Carriers(2, process_pool), **over)
    assert len(with_dask) == 42
    assert with_dask == with_processes


def test_a_model_by_its_folder_is_the_one_that_answers_installed_or_not(
    pictures: Path, tmp_path: Path, home: Path, workers: Carriers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has another model under that id must not answer with it."""
    monkeypatch.setenv("LUNGVIEW_HOME", str(home))
    over = {"judging": partial(judge, override=True)}
    alone = shutil.copytree(TINY, tmp_path / "alone")
    card = json.loads((alone / "card.json").read_text())
    (alone / "card.json").write_text(json.dumps({**card, "id": "nowhere-installed"}))
    sharper = shutil.copytree(TINY, tmp_path / "sharper")
    content = (sharper / "model.tflite").read_bytes() + b"\0"
    (sharper / "model.tflite").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (sharper / "card.json").write_text(json.dumps({**card, "sha256": digest, "size": len(content)}))
    for folder in (alone, sharper):
        model = registry.find(str(folder))
        here = _judged(pictures, tmp_path / folder.name / "a", model, Carriers(2, process_pool), **over)
        there = _judged(pictures, tmp_path / folder.name / "b", model, workers, **over)
        assert here == there
        assert not any(row[4] and row[4][0] == "WorkerDied" for row in there)  # type: ignore[index]
        with Store(tmp_path / folder.name / "b" / "results.sqlite") as store:
            judged = [r.case.prediction for r in store.rows() if r.case.prediction]
        assert {found.sha256 for found in judged} == {model.card.sha256}


def test_a_worker_that_comes_later_with_another_program_or_model_ends_the_batch(tiny_there: Entry) -> None:
    other = dataclasses.replace(tiny_there, card=dataclasses.replace(tiny_there.card, sha256="b" * 64))
    with pytest.raises(ReportError, match=r"a worker that came later has LungView .*; expected LungView 0"):
        _on_worker("LungView 0", str, 1)
    with pytest.raises(ReportError, match=r"a worker that came later has the model tiny .*; expected b{12}"):
        _on_worker(program(), str, other)
    assert _on_worker(program(), str, 7) == "7"


def test_a_model_that_is_not_there_is_said_before_anything_is_sent(home: Path, tmp_path: Path) -> None:
    gone = Entry(read_card(TINY), tmp_path / "gone")
    with pytest.raises(WeightsError, match="the model file cannot be read"), cluster("local:1", gone):
        pass


def test_a_local_cluster_listens_on_this_computer_alone(workers: Carriers) -> None:
    """Its scheduler in this process, its nannies and workers below it, and the HTTP servers of all."""
    psutil = pytest.importorskip("psutil")
    me = psutil.Process()
    open_ = [c for p in (me, *me.children(recursive=True)) for c in p.net_connections("inet")]
    listening = {c.laddr.ip for c in open_ if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def _dies_of_one(source: Input, model: Entry) -> Row:
    if source.path.name == "p07.png":
        os.kill(os.getpid(), signal.SIGKILL)
    return judge(source, model)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_file_that_kills_its_worker_costs_that_file_only(
    pictures: Path, tmp_path: Path, tiny_there: Entry, workers: Carriers
) -> None:
    rows = _judged(pictures, tmp_path / "out", tiny_there, workers, judging=_dies_of_one)
    assert len(rows) == 42
    (dead,) = [row for row in rows if row[4] and row[4][0] == "WorkerDied"]  # type: ignore[index]
    assert str(dead[0]).endswith("p07.png")


def test_a_stopped_batch_goes_on_where_it_was(
    pictures: Path, tmp_path: Path, tiny_there: Entry, workers: Carriers
) -> None:
    seen: list[Row] = []
    options = {"on_rows": seen.extend, "cancelled": lambda: bool(seen)}
    few = Carriers(1, workers.pool, Bundles(most=2))
    first = _judged(pictures, tmp_path / "out", tiny_there, few, **options)
    assert 0 < len(first) < 42
    with opened(tmp_path / "out", tiny_there, resume=True) as store:
        run(inputs([pictures]), tiny_there, store, workers=2, pool=workers.pool, bundles=workers.bundles)
    assert len(table(tmp_path / "out" / "results.sqlite")) == 42


def test_a_scheduler_that_is_gone_is_one_sentence_and_what_was_done_is_kept(
    pictures: Path, tmp_path: Path, tiny_there: Entry
) -> None:
    import distributed

    made = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None
    )
    with (
        distributed.Client(made),
        cluster(made.scheduler_address, tiny_there) as (carriers, _),
        pytest.raises(ReportError, match="scheduler is gone"),
    ):
        _judged(
            pictures,
            tmp_path / "out",
            tiny_there,
            Carriers(1, carriers.pool, Bundles(most=1)),
            on_rows=lambda _: made.close(),
        )
    assert 0 < len(table(tmp_path / "out" / "results.sqlite")) < 42


def test_a_client_that_is_closed_under_it_is_one_sentence_too() -> None:
    """As it may be in the moment that the scheduler goes."""

    class ClosedClientError(RuntimeError):
        """Dask's, by name."""

    class Closed:
        def submit(self, *_: object, **__: object) -> None:
            raise ClosedClientError("Client is closed.")

        def cancel(self, _tasks: object) -> None:
            raise ClosedClientError("Client is closed.")

    tasks = _Tasks(Closed())
    with pytest.raises(ReportError, match="the scheduler is gone"):
        tasks.submit(str, 1)
    tasks.shutdown(cancel_futures=True)


def test_a_worker_with_another_program_or_model_is_refused() -> None:
    here, other = ("LungView 1.0", "a" * 64), ("LungView 1.0", "b" * 64)
    _compare(here, {"tcp://10.0.0.7:1": here})
    with pytest.raises(ModelError, match=r"tcp://10\.0\.0\.7:1 has LungView 1\.0, model b{12}; expected"):
        _compare(here, {"tcp://10.0.0.7:1": other})


@pytest.mark.parametrize(
    ("scheduler", "says"),
    [("local:none", "local:N"), ("local:0", "local:N"), ("tcp://127.0.0.1:1", "no scheduler")],
)
def test_what_is_no_scheduler_is_one_sentence(
    scheduler: str, says: str, tiny_there: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lungview.batch.carriers.cluster._PATIENCE", 1)
    with pytest.raises(ReportError, match=says), cluster(scheduler, tiny_there):
        pass


def test_bundles_go_by_number_and_by_size(tmp_path: Path) -> None:
    big, small = tmp_path / "big", tmp_path / "small"
    big.write_bytes(b"0" * 900)
    small.write_bytes(b"0" * 100)
    bundles = Bundles(most=3, most_bytes=1000)
    assert len(bundles.of([Input(small)] * 5)) == 3
    assert len(bundles.of([Input(big)] * 5)) == 1
    assert len(bundles.of([Input(big), Input(small), Input(small)])) == 2
    assert len(bundles.of([Input(tmp_path / "gone")])) == 1
    assert BUNDLES.most > 1


def test_a_lost_bundle_is_taken_apart(pictures: Path, tmp_path: Path, tiny_there: Entry) -> None:
    """With an executor that loses every bundle of more than one input."""
    from concurrent.futures import Executor, Future

    class Loses(Executor):
        def submit(self, function, /, *args, **_):  # type: ignore[no-untyped-def, override]
            made: Future[list[Row]] = Future()
            if len(args[1]) > 1:
                made.set_exception(BundleLostError())
            else:
                made.set_result(function(*args))
            return made

    carriers = Carriers(1, lambda _: Loses(), Bundles(most=16))
    assert len(_judged(pictures, tmp_path / "out", tiny_there, carriers)) == 42
