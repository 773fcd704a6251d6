"""Health and metrics as monitors read them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from lungview.errors import NetworkError
from lungview.node.health import Condition, Health, exposition

VALUES = {"a_total": 3.0, 'b{state="sent"}': 2.0, 'b{state="failed"}': 0.0}


NO_ANSWERS = {"waiting": 0, "since": None, "reason": "", "given_up": 0}


@pytest.fixture
def said() -> list[Condition]:
    """What the node says of itself last."""
    return [Condition()]


@pytest.fixture
def health(said: list[Condition]) -> Iterator[Health]:
    made = Health(0, lambda: said[-1], lambda: VALUES)
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
    assert status == 200
    assert json.loads(body) == {"ok": True, "state": "ok", "faults": [], "answers": NO_ANSWERS}


def test_a_node_with_a_fault_is_not_available_and_says_why(health: Health, said: list[Condition]) -> None:
    said.append(Condition(("12 MB are free",), waiting=2, reason="no route"))
    status, body = _get(health, "/health")
    found = json.loads(body)
    assert (status, found["ok"], found["state"], found["faults"]) == (
        503,
        False,
        "faulty",
        ["12 MB are free"],
    )


def test_a_node_whose_answers_do_not_arrive_is_degraded_and_says_how_many_since_when(
    health: Health, said: list[Condition]
) -> None:
    said.append(Condition(waiting=3, since=1_767_225_600.4, reason="no route", given_up=1))
    status, body = _get(health, "/health")
    found = json.loads(body)
    assert (status, found["ok"], found["state"]) == (200, False, "degraded")
    since = "2026-01-01T00:00:00+00:00"
    assert found["answers"] == {"waiting": 3, "since": since, "reason": "no route", "given_up": 1}


def test_answers_that_wait_for_their_first_try_are_no_fault(health: Health, said: list[Condition]) -> None:
    said.append(Condition(waiting=3, since=1_767_225_600.0))
    found = json.loads(_get(health, "/health")[1])
    assert (found["state"], found["answers"]["waiting"]) == ("ok", 3)


def test_other_paths_are_not_there(health: Health) -> None:
    assert _get(health, "/../ledger.sqlite")[0] == 404


def test_metrics_are_in_the_text_format_of_prometheus(health: Health) -> None:
    expected = '# TYPE a_total counter\na_total 3\n# TYPE b gauge\nb{state="failed"} 0\nb{state="sent"} 2\n'
    assert exposition(VALUES) == expected
    assert _get(health, "/metrics") == (200, expected)


def test_a_taken_port_is_said(health: Health) -> None:
    with pytest.raises(NetworkError, match="cannot be listened on"):
        Health(health.port, Condition, dict)
