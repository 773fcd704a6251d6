"""Closing by key: the study in view, also where planes of it are shown, or everything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Study
from lungview.study.space import Plane
from lungview.study.volume import Volume
from lungview.viewer.mpr.plane_content import PlaneContent
from tests.ui.conftest import MemorySeries, make_slice


@pytest.fixture
def two_studies(window):
    """Two studies of one person, a series each; the second one in view."""
    for key in ("a", "b"):
        plain = make_slice(0)
        instance = replace(plain.instance, path=Path(key))
        window.session.cache.slices[instance] = replace(plain, instance=instance)
        window.session.series.append(MemorySeries((instance,), key=key, study=Study(f"1.{key}")))
    window.session.show(window.session.series[1])
    return window


def test_the_study_in_view_is_closed_and_the_other_shown(two_studies):
    two_studies.actions_table["file.close_study"].trigger()
    assert [each.key for each in two_studies.session.series] == ["a"]
    assert two_studies.session.stack.series.key == "a"


def test_the_study_is_closed_that_planes_are_cut_from(qtbot, two_studies):
    session = two_studies.session
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    volume = Volume(np.zeros((4, 5, 6), np.int16), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), axes)
    content = PlaneContent(volume, make_slice(0), Plane(volume.centre, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)))
    session.stack.fill(content, 0, origin=session.series[1])
    qtbot.waitUntil(lambda: not session.stack.pending)
    two_studies.actions_table["file.close_study"].trigger()
    assert [each.key for each in session.series] == ["a"]
    assert not session.viewport.state.slice.reformatted


def test_there_is_nothing_to_close_in_an_empty_window(window):
    assert not window.actions_table["file.close_study"].isEnabled()
    assert not window.actions_table["file.close_all"].isEnabled()


def test_all_studies_are_closed_at_once(two_studies):
    two_studies.actions_table["file.close_all"].trigger()
    assert two_studies.session.series == []
    assert two_studies.session.stack.content is None


def test_with_the_last_study_goes_what_was_said_of_reading(two_studies):
    two_studies.session.told.emit("Series: 2, slices: 2")
    two_studies.actions_table["file.close_study"].trigger()
    assert two_studies.statusBar().currentMessage() == "Series: 2, slices: 2"
    two_studies.actions_table["file.close_all"].trigger()
    assert two_studies.statusBar().currentMessage() == ""
