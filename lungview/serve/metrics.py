"""Metrics: counts and times of the requests, in Prometheus' text format 0.0.4."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)  # s


class Metrics:
    """Of one server. Routes are those of the interface: what a visitor types is no label here."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._sum: dict[str, float] = {}
        self.bytes = 0

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count a request that has ended."""
        self._requests[route, status] += 1
        self._seconds[route] += 1
        self._sum[route] = self._sum.get(route, 0.0) + seconds
        self._buckets[route, bisect_left(BUCKETS, seconds)] += 1

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """The page. gauges: name → what it is, and its value now."""
        return "\n".join([*self._counts(), *self._times(), *_gauges(gauges), ""])

    def _counts(self) -> Iterator[str]:
        yield from _head("lungview_requests_total", "counter", "Requests by route and status.")
        for (route, status), count in sorted(self._requests.items()):
            yield f'lungview_requests_total{{route="{route}",status="{status}"}} {count}'
        yield from _head("lungview_upload_bytes_total", "counter", "Bytes of accepted uploads.")
        yield f"lungview_upload_bytes_total {self.bytes}"

    def _times(self) -> Iterator[str]:
        name = "lungview_request_seconds"
        yield from _head(name, "histogram", "Time from the head of a request to the end of its answer.")
        for route, count in sorted(self._seconds.items()):
            below = 0
            for k, edge in enumerate(BUCKETS):
                below += self._buckets[route, k]
                yield f'{name}_bucket{{route="{route}",le="{edge}"}} {below}'
            yield f'{name}_bucket{{route="{route}",le="+Inf"}} {count}'
            yield f'{name}_sum{{route="{route}"}} {self._sum[route]:.6f}'
            yield f'{name}_count{{route="{route}"}} {count}'


def _head(name: str, kind: str, said: str) -> Iterator[str]:
    yield f"# HELP {name} {said}"
    yield f"# TYPE {name} {kind}"


def _gauges(gauges: Mapping[str, tuple[str, float]]) -> Iterator[str]:
    for name, (said, value) in gauges.items():
        yield from _head(name, "gauge", said)
        yield f"{name} {value:g}"
