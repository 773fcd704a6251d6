"""Whether a service is there and lets us in: DICOMweb has no word for it, so it is asked for one study."""

from __future__ import annotations

import time

from lungview.remote_nodes import WebNode
from lungview.sources.dicomweb.find import find
from lungview.sources.source import Query


def echo(node: WebNode) -> float:
    """Seconds until it has answered. Raises NetworkError, NoAnswer, Refused."""
    start = time.perf_counter()
    find(node, Query(most=1))
    return time.perf_counter() - start
