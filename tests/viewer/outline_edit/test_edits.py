"""Corrections one after the other, each of what the one before made; refusals leave the outline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.nodules.outlining.outline import Outline
from lungview.viewer.nodules import work
from lungview.viewer.outline_edit import edits as corrections
from tests.viewer.nodules.conftest import findings, located, looked, series

__all__ = ["findings", "looked", "series"]
OUTLINE = Outline(np.ones((3, 3, 3), bool), (1, 5, 5), (6, 40, 60), (5.0, 0.7, 0.7), -850.0, 35.0)


@pytest.fixture
def outlined(opened, looked):
    """A finding of the reader's own with an outline, chosen."""
    bare = located(10)
    found = replace(bare, finding=replace(bare.finding, outline=OUTLINE))
    looked.choose(looked.add(looked.opened(), found, {}).id)
    return looked


@pytest.fixture
def measured(monkeypatch):
    """Each correction makes the finding a millimetre longer; the outlines it was given."""
    given = []

    def redrawn(series, held, read, found, change):
        given.append(found.finding.long_mm)
        return work.Redrawn(
            replace(found, finding=replace(found.finding, long_mm=found.finding.long_mm + 1)), {}
        )

    monkeypatch.setattr(work, "redrawn", redrawn)
    return given


def test_each_correction_begins_with_what_the_one_before_has_made(opened, outlined, measured):
    edits = corrections.of(opened.workspace)
    opened.workspace.stack.go(2)
    for _ in range(3):
        edits.stroke(opened.workspace.active, [(5.0, 5.0)], add=True)
    opened.hand.work()

    assert measured == [8.0, 9.0, 10.0]
    (own,) = outlined.list_of(outlined.opened()).own
    assert own.located.finding.long_mm == 11.0
    outlined.history.undo()
    (own,) = outlined.list_of(outlined.opened()).own
    assert own.located.finding.long_mm == 10.0


def test_a_refusal_leaves_the_outline_and_the_next_correction_is_made(
    opened, outlined, measured, monkeypatch
):
    edits, refused = corrections.of(opened.workspace), []
    edits.refused.connect(refused.append)
    made, calls = work.redrawn, []

    def once(*args):
        calls.append(args)
        if len(calls) == 1:
            raise InputError("none left in that range")
        return made(*args)

    monkeypatch.setattr(work, "redrawn", once)
    edits.threshold(2900, 3000)
    edits.threshold(-100, 3000)
    opened.hand.work()

    assert refused == ["None left in that range"]
    assert measured == [8.0]


def test_without_a_chosen_outline_it_says_what_to_do(opened, looked):
    edits, refused = corrections.of(opened.workspace), []
    edits.refused.connect(refused.append)
    looked.choose(looked.list_of(looked.opened()).models[0].id)

    edits.stroke(opened.workspace.active, [(5.0, 5.0)], add=True)
    edits.threshold(-100, 100)

    assert refused == ["Choose a finding with an outline first"] * 2


def test_the_brush_has_sizes_with_ends(opened):
    edits, told = corrections.of(opened.workspace), []
    edits.radius_changed.connect(told.append)
    for step in (1, -1):
        for _ in range(20):
            edits.resize(step)
    assert (max(told), min(told)) == (corrections.RADII_MM[-1], corrections.RADII_MM[0])
