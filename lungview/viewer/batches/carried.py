"""What carries the window's batch: processes of this computer, or the workers of a scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lungview.batch.carriers.executors import Carriers, Pool
from lungview.machine import cpus
from lungview.model.registry import Entry


@dataclass(frozen=True, slots=True)
class Workers:
    """count: how many work. dashboard: the address of the scheduler's page, "" where there is none."""

    count: int
    dashboard: str = ""


@contextmanager
def carried(scheduler: str, pool: Pool, *models: Entry) -> Iterator[tuple[Carriers, Workers]]:
    """The workers of `scheduler` (tcp://host:port or local:N), which have these models; "": those of `pool`.

    Raises ReportError, ModelError.
    """
    if not scheduler:
        yield Carriers(cpus(), pool), Workers(cpus())
        return
    from lungview.batch.carriers.cluster import cluster

    with cluster(scheduler, *models) as (found, dashboard):
        yield found, Workers(found.workers, dashboard)
