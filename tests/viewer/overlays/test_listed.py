"""What is hidden, in which colour, on which picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from lungview.errors import Cancelled
from lungview.overlays.placing import MaskOn
from lungview.study.key import frame_key
from lungview.viewer.overlays.listed import COLOURS, Chosen, Overlays
from lungview.viewer.overlays.loading import Loaded, load
from lungview.viewer.overlays.presented import presented
from lungview.viewer.state import ViewState
from tests.overlays.made import COLUMNS, ROWS, SLICES, gsps, resaved, seg, series_in, sr


@pytest.fixture
def loaded(images: list[Dataset], tmp_path: Path) -> Loaded:
    """Two segments on slice 3, a report on slices 3 and 4, a state on all."""
    mask = np.zeros((SLICES, ROWS, COLUMNS, 2), np.uint8)
    mask[3, 4:8, 4:8, 0] = mask[3, 10:12, 10:12, 1] = 1
    seg(images, mask, tmp_path / "seg.dcm", names=("One", "Two"), algorithm="AUTOMATIC")
    sr(images, tmp_path / "sr.dcm")
    gsps(images, tmp_path / "pr.dcm")
    places = [(tmp_path / name, "") for name in ("sr.dcm", "seg.dcm", "pr.dcm", "none.dcm")]
    return load(lambda _: None, lambda: False, places, (), series_in(tmp_path / "ct"))


def _key(images: list[Dataset], folder: Path, k: int):  # type: ignore[no-untyped-def]
    (series,) = series_in(folder)
    return next(frame_key(i) for i in series.instances if i.sop_instance_uid == images[k].SOPInstanceUID)


def test_all_that_can_be_read_is_laid_and_the_rest_is_told(loaded: Loaded) -> None:
    assert len(loaded.bounds) == 3
    assert [error.reason for error in loaded.failed] == ["ReadError"]


def test_masks_lie_below_figures(loaded: Loaded, images: list[Dataset], tmp_path: Path) -> None:
    key = _key(images, tmp_path / "ct", 3)
    kinds = [isinstance(drawn, MaskOn) for _, drawn in Overlays(loaded.bounds).on(key)]
    assert kinds == [True, True, False]


def test_a_hidden_part_is_not_drawn_and_nothing_is_while_all_is_off(
    loaded: Loaded, images: list[Dataset], tmp_path: Path
) -> None:
    key, segments = _key(images, tmp_path / "ct", 3), loaded.bounds[1]
    now = Overlays(loaded.bounds, Chosen().hiding([(segments.overlay.place, 1)], True))
    assert [drawn.part for bound, drawn in now.on(key) if bound is segments] == [0]
    assert list(replace(now, chosen=replace(now.chosen, on=False)).on(key)) == []


def test_what_a_program_found_waits_while_the_reader_reads_first(
    loaded: Loaded, images: list[Dataset], tmp_path: Path
) -> None:
    key = _key(images, tmp_path / "ct", 3)
    first = Overlays(loaded.bounds, programs_hidden=True)
    assert [isinstance(drawn, MaskOn) for _, drawn in first.on(key)] == [False]
    asked = replace(first, chosen=first.chosen.hiding([(loaded.bounds[1].overlay.place, 0)], False))
    assert [isinstance(drawn, MaskOn) for _, drawn in asked.on(key)] == [True, False]


def test_colours_are_the_files_the_readers_or_all_different(loaded: Loaded) -> None:
    report, segments, _ = loaded.bounds
    now = Overlays(loaded.bounds)
    assert now.colour(segments, 0) == (255, 0, 0)
    assert [now.colour(report, 0), now.colour(report, 1), now.colour(segments, 1)] == [
        COLOURS[0],
        COLOURS[1],
        COLOURS[3],
    ]
    chosen = replace(now, chosen=now.chosen.coloured((segments.overlay.place, 0), (1, 2, 3)))
    assert chosen.colour(segments, 0) == (1, 2, 3)


def test_drawings_of_a_state_come_with_the_state(
    loaded: Loaded, images: list[Dataset], tmp_path: Path
) -> None:
    key, state = _key(images, tmp_path / "ct", 0), loaded.bounds[2]
    assert list(Overlays(loaded.bounds).on(key)) == []
    applied = Overlays(loaded.bounds, Chosen(presented=state.overlay.place))
    assert len(list(applied.on(key))) == 2
    look = applied.look(key)
    assert look is not None
    assert look.window is not None
    assert (look.window.center, look.window.width) == (-600, 1500)


def test_the_window_of_a_state_without_a_rescale_is_of_stored_values(
    images: list[Dataset], tmp_path: Path
) -> None:
    gsps(images, tmp_path / "pr.dcm")
    resaved(tmp_path / "pr.dcm", RescaleSlope=None, RescaleIntercept=None, RescaleType=None)
    found = load(lambda _: None, lambda: False, [(tmp_path / "pr.dcm", "")], (), series_in(tmp_path / "ct"))
    windows = {look.window.center for look in found.bounds[0].looks.values() if look.window}
    assert windows == {-1624}


def test_another_file_at_the_same_place_replaces_what_was_read(loaded: Loaded, tmp_path: Path) -> None:
    known = [bound.overlay for bound in loaded.bounds]
    place = [(tmp_path / "sr.dcm", "")]
    again = load(lambda _: None, lambda: False, place, known, series_in(tmp_path / "ct"))
    assert len(again.bounds) == 3


def test_the_reading_ends_when_it_is_no_longer_wanted(tmp_path: Path, images: list[Dataset]) -> None:
    sr(images, tmp_path / "sr.dcm")
    with pytest.raises(Cancelled):
        load(lambda _: None, lambda: True, [(tmp_path / "sr.dcm", "")], (), ())


def test_a_view_without_a_picture_stays_as_it_is(loaded: Loaded) -> None:
    look = next(iter(loaded.bounds[2].looks.values()))
    assert presented(ViewState(), look, (400, 300)) == ViewState()
