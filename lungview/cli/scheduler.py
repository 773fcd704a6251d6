"""`--scheduler`: the workers of Dask in the place of this computer's processes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lungview.batch.carriers.executors import Carriers
    from lungview.batch.carriers.spread import Spread
    from lungview.model.registry import Entry


def add(command: Any) -> None:
    """The option of a subcommand."""
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="Dask, in the place of processes: tcp://HOST:PORT or local:N",
    )


@contextmanager
def carriers(address: str, *models: Entry) -> Iterator[Carriers]:
    """The scheduler's workers; how many, and the dashboard's address, are told on stderr.

    Raises ReportError, ModelError.
    """
    from lungview.batch.carriers.cluster import cluster

    with cluster(address, *models) as (found, dashboard):
        where = f"; dashboard: {dashboard}" if dashboard else ""
        print(f"lungview: {found.workers} workers{where}", file=sys.stderr)
        yield found


@contextmanager
def spread(args: argparse.Namespace, *models: Entry) -> Iterator[Spread]:
    """Calls by the scheduler's workers; without one in this process."""
    from lungview.batch.carriers.spread import among, here

    if args.scheduler is None:
        yield here
        return
    with carriers(args.scheduler, *models) as found:
        yield among(found)
