"""One earlier study in the list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from lungview.sources.retrying import Retry
from lungview.sources.source import FoundStudy
from lungview.ui.pacs.priors.row import PriorRow
from lungview.viewer.archives.priors import Doubt, Prior
from lungview.viewer.archives.work import Broken, Came

STUDY = FoundStudy("1.1", study_date="20240301", description="Lung", modalities=("CT", "SR"), instances=30)


@pytest.fixture
def make(qtbot: Any) -> Any:
    parent = QWidget()
    qtbot.addWidget(parent)
    pressed: list[object] = []

    def made(prior: Prior) -> tuple[PriorRow, list[object]]:
        return PriorRow(prior, pressed.append, lambda: pressed.append("stop"), parent), pressed

    return made


def test_it_says_when_what_and_where(make: Any) -> None:
    row, _ = make(Prior("archive", STUDY))
    assert (row.head.text(), row.about.text()) == ("2024-03-01  CT, SR", "Lung · 30 images · archive")


def test_what_the_archive_does_not_say_is_left_out(make: Any) -> None:
    row, _ = make(Prior("archive", FoundStudy("1.1")))
    assert (row.head.text(), row.about.text()) == ("no date", "archive")


def test_what_speaks_against_the_person_is_red_and_what_is_not_said_amber(make: Any) -> None:
    row, _ = make(Prior("archive", STUDY, (Doubt.NAME, Doubt.UNSAID_BIRTH)))
    said = {label.text(): label.property("role") for label in row.findChildren(QLabel)}
    assert said["The name is another one."] == "error"
    assert said["The date of birth is not known on both sides."] == "warning"


def test_its_buttons_open_and_stop(make: Any) -> None:
    row, pressed = make(prior := Prior("archive", STUDY))
    row.open_button.click()
    row.stop_button.click()
    assert pressed == [prior, "stop"]


def test_it_says_how_far_it_is_and_when_it_is_here(make: Any) -> None:
    row, _ = make(Prior("archive", STUDY))
    row.reflect(Came(Path("x"), 3, 30), opening=True, free=False)
    assert row.coming.text() == "Retrieving: 3 of 30"
    assert (row.open_button.isHidden(), row.stop_button.isHidden()) == (True, False)
    row.reflect(Broken(Retry("archive broke off", 1.0, 2, 3), 30, 30), opening=True, free=False)
    assert row.coming.text().startswith("archive broke off. 30 of 30 are here")
    row.reflect(Came(Path("x"), 30, 30), opening=False, free=True)
    assert row.coming.text() == "Retrieved: 30 objects."
    assert row.open_button.isEnabled()
