"""A node whose archive is away says so, and says when it is back."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from lungview.sources.pacs.receive import Listening, Received, Receiver
from tests.node.running import Running
from tests.sources.archives import peers


def _health_when(port: int, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What /health says as soon as that fits; the last of it after a minute."""
    end = time.monotonic() + 60
    while True:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            assert answer.status == 200
            found: dict[str, Any] = json.loads(answer.read())
        if fits(found) or time.monotonic() > end:
            return found
        time.sleep(0.2)


def test_answers_that_do_not_arrive_are_counted_until_they_do(
    tmp_path: Path, model: Path, study: list[Path]
) -> None:
    archive, metrics = peers.free_port(), peers.free_port()
    arguments = ("--answer", f"AWAY@127.0.0.1:{archive}", "--metrics-port", str(metrics))
    node = Running(tmp_path, peers.free_port(), model, arguments)
    before = time.time()
    node.start()
    try:
        assert _health_when(metrics, lambda _found: True)["state"] == "ok"
        node.send_until_taken(study)
        found = _health_when(metrics, lambda found: found["state"] != "ok")
        assert (found["state"], found["answers"]["waiting"]) == ("degraded", 2)
        assert "is not reached" in found["answers"]["reason"]
        since = datetime.fromisoformat(found["answers"]["since"]).timestamp()
        assert int(before) <= since <= time.time()
        got: list[Received] = []
        with Receiver(Listening("AWAY", port=archive), got.append):
            found = _health_when(metrics, lambda found: found["state"] == "ok")
        assert (found["state"], found["answers"]["waiting"], len(got)) == ("ok", 0, 2)
    finally:
        node.kill()
