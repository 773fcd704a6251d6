"""The batch on Dask: bundles to the workers of a scheduler, here or on a cluster, with the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lungview.batch.carriers.executors import BundleLostError, Bundles, Carriers
from lungview.errors import LungViewError, ModelError, ReportError
from lungview.model import registry
from lungview.model.registry import Entry, members
from lungview.network import runtime
from lungview.version import program

LOCAL = "local"
BUNDLES = Bundles(most=16)  # a task costs Dask a millisecond or two; sixteen pictures take half a second
_DEATHS = 1  # of workers with a bundle before it is taken apart: each costs a start of a process
_PATIENCE = 20  # seconds for a scheduler to answer
_HERE = "127.0.0.1:0"  # of Dask's HTTP servers: without an address they listen on every network
_GONE = "the scheduler is gone"
_OF_THE_SCHEDULER = (  # classes of Dask's that differ from release to release, by name
    "CancelledError", "ClosedClientError", "CommClosedError", "FutureCancelledError", "TimeoutError",
)  # fmt: skip


@contextmanager
def cluster(scheduler: str, *models: Entry) -> Iterator[tuple[Carriers, str]]:
    """The workers of a scheduler, and the address of its dashboard, or "".

    scheduler: "local:N" for N processes of this computer, else its address (tcp://host:port).

    Every worker has this version of the program, and the models by their SHA-256; others are refused.
    Raises ReportError: Dask is missing, nobody answers, no worker; ModelError: a worker has another program
    or model.
    """
    distributed = _dask()
    with _client(distributed, scheduler) as client:
        _refuse_others(client, models)
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        carriers = Carriers(workers, lambda _: _Tasks(client), BUNDLES)
        yield carriers, client.dashboard_link if _has_pages(scheduler) else ""


def _dask() -> Any:
    try:
        import distributed
    except ImportError:
        raise ReportError("Dask is not installed", hint='pip install "lungview[cluster]"') from None
    return distributed


def _has_pages(scheduler: str) -> bool:
    """Whether there is a dashboard: one that runs elsewhere tells itself when it lacks bokeh."""
    from importlib.util import find_spec

    return not _is_local(scheduler) or find_spec("bokeh") is not None


def _is_local(scheduler: str) -> bool:
    return scheduler.partition(":")[0] == LOCAL


@contextmanager
def _client(distributed: Any, scheduler: str) -> Iterator[Any]:
    if _is_local(scheduler):
        with _local(distributed, _count(scheduler)) as cluster, distributed.Client(cluster) as client:
            yield client
        return
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise ReportError(
            f"no scheduler answers at {scheduler} ({type(error).__name__})", hint="dask scheduler"
        ) from None
    with client:
        yield client


def _local(distributed: Any, workers: int) -> Any:
    """Processes of this computer, reachable from it alone."""
    import dask

    dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS})
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=_HERE,
        worker_dashboard_address=_HERE,
        silence_logs=50,
    )


def _count(scheduler: str) -> int:
    text = scheduler.partition(":")[2]
    if not text.isdigit() or int(text) < 1:
        raise ReportError(f"expected local:N with N workers, found {scheduler}")
    return int(text)


def _refuse_others(client: Any, models: tuple[Entry, ...]) -> None:
    """Rows of one batch come from one program and one model. Raises ModelError, WeightsError, ReportError."""
    here = program(), _hashes(models)
    there = client.run(_what_is_there, tuple(Wanted.of(model) for model in models))
    if not there:
        raise ReportError("the scheduler has no worker", hint="dask worker ADDRESS --nthreads 1")
    _compare(here, there)


def _compare(here: tuple[str, str], there: Mapping[str, tuple[str, str]]) -> None:
    for address, found in there.items():
        if tuple(found) != here:
            raise ModelError(
                f"the worker at {address} has {_told(found)}; expected {_told(here)}",
                hint="install the same version there, with the same models",
            )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model as it is asked for on a worker, whose folders may be others."""

    id: str
    folder: str
    sha256: str

    @classmethod
    def of(cls, model: Entry) -> Wanted:
        return cls(model.card.id, str(model.folder), model.card.sha256)

    def found(self) -> Entry:
        """The model with that hash: installed under that id, or in the same folder; else what is there.

        Raises ModelError.
        """
        others = []
        for place in (self.id, self.folder):
            try:
                entry = registry.find(place)
            except ModelError:
                continue
            if entry.card.sha256 == self.sha256:
                return entry
            others.append(entry)
        if not others:
            raise ModelError(f"no model “{self.id}”", hint="lungview models list")
        return others[0]


def _what_is_there(models: tuple[Wanted, ...]) -> tuple[str, str]:
    """On a worker: its program, and the checked hashes of its models, or why there is none."""
    try:
        return program(), _hashes([model.found() for model in models])
    except LungViewError as error:
        return program(), error.reason


def _hashes(models: Iterable[Entry]) -> str:
    """The checked SHA-256 of every network that answers. Raises ModelError, WeightsError."""
    found = [member for model in models for member in members(model)]
    for member in found:
        runtime.verified(member)
    return " ".join(member.card.sha256 for member in found)


def _told(found: tuple[str, str]) -> str:
    return f"{found[0]}, model {found[1][:12]}"


class _Tasks(Executor):
    """A client's tasks as futures of the standard library; it leaves the client open."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._tasks: set[Any] = set()

    def submit(self, function: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """Give a call to a worker; never twice to one that has died with it more often than allowed."""
        told: Future[Any] = Future()
        told.set_running_or_notify_cancel()
        try:
            task = self._client.submit(_on_worker, program(), function, *args, **options, pure=False)
        except Exception as error:  # of a client that was closed under it
            raise _meant(error) from error
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._tell(done, told))
        return told

    def _tell(self, task: Any, told: Future[Any]) -> None:
        self._tasks.discard(task)
        try:
            told.set_result(task.result())
        except Exception as error:
            told.set_exception(_meant(error))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        del wait
        if not cancel_futures:
            return
        try:
            self._client.cancel(list(self._tasks))
        except Exception as error:
            if not isinstance(_meant(error), ReportError):
                raise  # with the scheduler gone, so are its tasks


def _meant(error: Exception) -> Exception:
    """What Dask's own errors mean for a batch; others are the task's."""
    name = type(error).__name__
    if name == "KilledWorker":
        return BundleLostError()
    if name in _OF_THE_SCHEDULER:
        return ReportError(_GONE, hint="start it again; a batch can be resumed")
    return error


def _on_worker(sender: str, function: Callable[..., Any], *args: Any) -> Any:
    """A call with the worker's own model in the place of the sender's: its folder may be another.

    sender: its program. Raises ReportError on a worker that came later, with another program or model.
    """
    if program() != sender:
        raise ReportError(f"a worker that came later has {program()}; expected {sender}")
    return function(*(_found(Wanted.of(each)) if isinstance(each, Entry) else each for each in args))


@lru_cache(maxsize=8)
def _found(model: Wanted) -> Entry:
    found = model.found()
    if found.card.sha256 != model.sha256:
        told = f"{model.id} {found.card.sha256[:12]}; expected {model.sha256[:12]}"
        raise ReportError(f"a worker that came later has the model {told}")
    return found
