"""Health and metrics as monitors read them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from lungview.errors import NetworkError
from lungview.node.health import Health, exposition

VALUES = {"a_total": 3.0, 'b{state="sent"}': 2.0, 'b{state="failed"}': 0.0}


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def health(faults: list[str]) -> Iterator[Health]:
    made = Health(0, lambda: faults, lambda: VALUES)
    yield made
    made.stop()


def _get(health: Health, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{health.port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_node_that_is_well_says_so(health: Health) -> None:
    status, body = _get(health, "/health")
    assert (status, json.loads(body)) == (200, {"ok": True, "faults": []})


def test_a_node_with_a_fault_is_not_available_and_says_why(health: Health, faults: list[str]) -> None:
    faults.append("12 MB are free")
    status, body = _get(health, "/health")
    assert (status, json.loads(body)["faults"]) == (503, ["12 MB are free"])


def test_other_paths_are_not_there(health: Health) -> None:
    assert _get(health, "/../ledger.sqlite")[0] == 404


def test_metrics_are_in_the_text_format_of_prometheus(health: Health) -> None:
    expected = '# TYPE a_total counter\na_total 3\n# TYPE b gauge\nb{state="failed"} 0\nb{state="sent"} 2\n'
    assert exposition(VALUES) == expected
    assert _get(health, "/metrics") == (200, expected)


def test_a_taken_port_is_said(health: Health) -> None:
    with pytest.raises(NetworkError, match="cannot be listened on"):
        Health(health.port, list, dict)
