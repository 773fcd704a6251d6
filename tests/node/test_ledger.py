"""What the node's ledger costs after years, and what of it a power failure must not take."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lungview.node.ledger import Ledger
from lungview.node.result import SeriesResult
from lungview.node.tables import TABLES


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def told(ledger: Ledger) -> list[str]:
    """Every statement that is run from now on, values filled in."""
    statements: list[str] = []
    ledger._database.set_trace_callback(statements.append)
    return statements


def test_what_is_asked_all_the_time_reads_no_table_to_its_end(ledger: Ledger, told: list[str]) -> None:
    file = Path("/data/inbox/a/b/c.dcm")
    ledger.add_object("1.2", "1.2.3", file, 10)
    assert ledger.knows("1.2", "1.2.3", file)
    assert not ledger.knows("1.2", "1.2.3", Path("/data/inbox/a/b/d.dcm"))
    assert not ledger.knows("1.3", "1.2.3", file)
    ledger.not_after(1e12)
    ledger.waiting()
    ledger.waiting_bytes()
    ledger.outdated(0.0)
    ledger.answered(Path("/data/answers/x.dcm"), "sent", "")
    ledger._database.set_trace_callback(None)
    asked = [each for each in told if re.match("SELECT|UPDATE|DELETE", each)]
    assert len(asked) >= 8
    for statement in asked:
        plan: list[Any] = ledger._database.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        assert not [row[3] for row in plan if row[3].startswith("SCAN")], statement


def test_that_a_study_was_judged_is_on_the_disk_before_an_answer_goes(
    ledger: Ledger, told: list[str]
) -> None:
    ledger.add_object("1.2", "1.2.3", Path("/data/inbox/a/b/c.dcm"), 10)
    (study,) = ledger.waiting()
    told.clear()
    ledger.judged(study.number, study.last, [SeriesResult("k", "d", "no lung")], 1.0)
    order = [told.index(each) for each in ("PRAGMA synchronous=FULL", "BEGIN IMMEDIATE", "COMMIT")]
    assert order == sorted(order)
    assert told[-1] == "PRAGMA synchronous=NORMAL"


def test_of_a_ledger_that_was_not_moved_nothing_changes(ledger: Ledger) -> None:
    file = Path("/data/inbox/a/b/c.dcm")
    ledger.add_object("1.2", "1.2.3", file, 10)
    ledger.moved_to(Path("/data"))
    assert ledger.files(1) == [file]
    ledger.moved_to(Path("/dat"))  # no folder of it, though its name begins alike
    assert ledger.files(1) == [Path("/dat/inbox/a/b/c.dcm")]


def test_a_ledger_of_before_gets_what_it_lacks(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old.sqlite") as old:
        for statement in TABLES:
            if "TABLE" in statement:
                old.execute(statement)
    with Ledger(tmp_path / "old.sqlite") as opened:
        indexes = opened._database.execute("SELECT name FROM sqlite_master WHERE type='index'").fetchall()
    assert {"study_state", "study_last", "answer_study"} <= {name for (name,) in indexes}
