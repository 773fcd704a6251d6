"""Files with a remark: what may show a name first, as many rows as can be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lungview.report.anonymise import run as work
from lungview.report.anonymise.run import Outcome
from lungview.ui.anonymise import outcomes
from lungview.ui.anonymise.outcomes import Outcomes


def test_the_risks_come_first_then_failures_then_what_was_left_out(qtbot: QtBot) -> None:
    table = Outcomes()
    qtbot.addWidget(table)
    told = [
        Outcome(Path("x/a"), work.LEFT_OUT, reason="no DICOM file"),
        Outcome(Path("x/b"), work.FAILED, reason="damaged"),
        Outcome(Path("x/c"), work.BURNED_IN, "PT000001", "it is a screenshot"),
    ]
    table.show_outcomes(told)
    rows = [[table.item(row, column).text() for column in range(3)] for row in range(3)]
    assert rows == [
        ["c", "Written: look at it", "it is a screenshot"],
        ["b", "Not written: failed", "damaged"],
        ["a", "Left out", "no DICOM file"],
    ]
    assert table.item(0, 0).toolTip() == str(Path("x/c"))


def test_of_very_many_files_the_first_are_shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MOST_SHOWN", 5)
    table = Outcomes()
    qtbot.addWidget(table)
    table.show_outcomes([Outcome(Path(str(n)), work.LEFT_OUT, reason="no DICOM file") for n in range(9)])
    assert table.rowCount() == 5
