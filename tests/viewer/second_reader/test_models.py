"""Models in groups."""

from __future__ import annotations

from types import SimpleNamespace

from lungview.viewer.second_reader.models import NODULE, OTHER, SUBTYPE, grouped


def test_those_of_one_task_stand_together_in_the_order_they_came_in():
    made = [SimpleNamespace(card=SimpleNamespace(task=task)) for task in ("nodule", "x", "subtype", "nodule")]

    assert grouped(made) == [(NODULE, [made[0], made[3]]), (OTHER, [made[1]]), (SUBTYPE, [made[2]])]
