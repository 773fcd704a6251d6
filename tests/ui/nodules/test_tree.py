"""The tree of findings says from which score they are called."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lungview.nodules.answer import Located
from lungview.nodules.finding import Finding, Source, Status
from lungview.ui.nodules.tree import FindingsTree
from lungview.viewer.nodules.listed import FindingList, Listed

BELOW = Located(
    Finding((0, 1), Source.MODEL, Status.PROPOSED, score=0.2), 0, (1.0, 1.0, 5.0, 5.0), called=False
)


@pytest.mark.parametrize(
    ("point", "title", "explained"),
    [
        ((), "Below the operating point (1)", False),
        ((0.45,), "Below the operating point, 0.45 (1)", False),
        ((0.45, 0.3), "Below the operating point, 0.45 / 0.30 (1)", True),
    ],
)
def test_the_group_below_names_the_scores_that_are_called(qtbot: QtBot, point, title, explained) -> None:
    tree = FindingsTree()
    qtbot.addWidget(tree)
    tree.show_list(FindingList(models=(Listed(BELOW, model="m"),)), "", point)
    group = tree.topLevelItem(0)
    assert group.text(0) == title
    assert ("small ones from the second" in group.toolTip(0)) is explained
