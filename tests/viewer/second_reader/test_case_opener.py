"""From a row of a table to its slice: opened, shown, asked again; nothing changes where it is gone."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from lungview import paths
from lungview.classify.classify import classify
from lungview.image.readers import read_instance
from lungview.sources.files.scan import scan
from lungview.viewer.panes.pane import Pane
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader.case_opener import CaseOpener
from lungview.viewer.workspace import Workspace
from tests.tiny import install
from tests.viewer.by_hand import Hand


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def workspace(hand: Hand, monkeypatch, tmp_path) -> Iterator[Workspace]:
    """Over real files."""
    monkeypatch.setattr(paths, "models", lambda: tmp_path / "no-models")
    install()
    install("other", name="Other")
    made = Workspace(hand)
    made.keeps_settings = False
    made.add(Pane())
    yield made
    made.close()


@pytest.fixture
def files(tmp_path):
    """Two pictures with a bright square."""
    made = []
    for index in range(2):
        picture = np.random.default_rng(index).normal(115, 4, (192, 192))
        picture[20:60, 100:140] += 100
        made.append(tmp_path / f"{index}.png")
        cv2.imwrite(str(made[-1]), picture.astype(np.uint8))
    return made


def case_of(file, entry):
    (series,) = scan([file]).series
    return classify(read_instance(series.instances[0]), entry, override=True)


def test_the_slice_of_a_row_is_shown_and_its_model_asked_again(workspace, hand, files):
    reader = second_reader.of(workspace)
    reader.choose("other")
    entry = next(each for each in reader.entries if each.card.id == "tiny")
    case = case_of(files[1], entry)

    CaseOpener(workspace).open(case)
    hand.work()

    assert workspace.active.state.slice.instance.path == files[1]
    assert reader.entry.card.id == "tiny"
    assert reader.case() is not None


def test_a_file_that_is_gone_changes_neither_slice_nor_model(workspace, hand, files):
    reader = second_reader.of(workspace)
    workspace.open([files[0]])
    hand.work()
    reader.choose("other")
    case = case_of(files[1], next(each for each in reader.entries if each.card.id == "tiny"))
    files[1].unlink()

    CaseOpener(workspace).open(case)
    hand.work()

    assert workspace.active.state.slice.instance.path == files[0]
    assert reader.entry.card.id == "other"


def test_who_opens_something_else_meanwhile_is_not_asked_for_the_row(workspace, hand, files):
    reader = second_reader.of(workspace)
    opener = CaseOpener(workspace)
    opener.open(case_of(files[1], reader.entry))

    workspace.open([files[0]])
    hand.work()

    assert reader.case() is None
