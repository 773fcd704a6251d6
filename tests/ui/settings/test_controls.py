"""A widget that stands for a setting gives back what it was given."""

from __future__ import annotations

from typing import Any

import pytest

from lungview.settings import Settings
from lungview.ui.settings import controls
from lungview.ui.settings.dialog import SettingsDialog


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda: controls.choice([("a", "A"), ("b", "B")]), "b"),
        (lambda: controls.yes_or_no("on"), True),
        (lambda: controls.number(0, 10, 1, 0), 7),
        (lambda: controls.number(0, 1, 0.1, 2), 0.25),
    ],
)
def test_what_is_put_is_got(qtbot: Any, make: Any, value: object) -> None:
    control = make()
    qtbot.addWidget(control.widget)
    control.put(value)
    assert control.get() == value
    assert type(control.get()) is type(value)


def test_a_choice_that_is_not_there_is_the_first(qtbot: Any) -> None:
    control = controls.choice([("a", "A"), ("b", "B")])
    qtbot.addWidget(control.widget)
    control.put("gone")
    assert control.get() == "a"


def test_the_wishes_about_earlier_studies_go_through_the_dialog(qtbot: Any) -> None:
    wished = Settings(
        ask_priors="origin", fetch_priors=True, fetch_priors_most=3, fetch_priors_years=2, fetch_priors_mb=700
    )
    dialog = SettingsDialog(wished)
    qtbot.addWidget(dialog)
    assert dialog.value() == wished
