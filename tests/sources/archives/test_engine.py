"""What the engine's own threads may say when a peer has killed one: where, never what was sent."""

from __future__ import annotations

import logging
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from pynetdicom import AE
from pynetdicom.association import Association

from lungview.sources.pacs import engine


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the hook before ours is called with."""
    called: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", called.append)
    engine.tell()
    return called


def _fault(thread: Any) -> Any:
    try:
        raise KeyError("Doe^Jane")
    except KeyError as error:
        return SimpleNamespace(
            exc_type=KeyError, exc_value=error, exc_traceback=error.__traceback__, thread=thread
        )


def test_a_fault_of_an_association_is_logged_without_its_words(
    others: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    association = Association(AE("HERE"), "acceptor")
    with caplog.at_level(logging.WARNING):
        threading.excepthook(_fault(association))
    assert "KeyError in test_engine.py" in caplog.text
    assert "Doe" not in caplog.text
    assert others == []
    assert association.dul.to_user_queue.get_nowait() is None  # it waits no more


def test_a_fault_of_any_other_thread_goes_where_it_went_before(others: list[Any]) -> None:
    fault = _fault(threading.current_thread())
    threading.excepthook(fault)
    assert others == [fault]


def test_the_engines_own_log_is_silent() -> None:
    assert not logging.getLogger("pynetdicom.dul").isEnabledFor(logging.CRITICAL)
