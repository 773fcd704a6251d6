"""Scans measured one after the other: what is told, in what order, and how it ends."""

from __future__ import annotations

from functools import partial

from lungview.errors import DamagedFile
from lungview.image.phantom import Thorax, write_series
from lungview.image.readers import read_instance
from lungview.sources.files.scan import scan
from lungview.viewer.nodules.held import HeldVolume
from lungview.viewer.quantification.background import Measured, measure

THORAX = Thorax(slices=40, matrix=96, slice_spacing=5.0)


def _series(folder, seed: int):
    write_series(folder, Thorax(slices=THORAX.slices, matrix=96, slice_spacing=5.0, seed=seed))
    return scan([folder]).series[0]


def test_one_that_cannot_be_read_is_told_and_the_next_is_measured(tmp_path) -> None:
    broken, good = _series(tmp_path / "a", 1), _series(tmp_path / "b", 2)

    def read(instance):
        if instance in broken.instances:
            raise DamagedFile("the file is empty")
        return read_instance(instance)

    told: list[Measured] = []
    measure(told.append, lambda: False, (broken, good), HeldVolume(), read)
    assert [each.why for each in told] == ["the file is empty", ""]
    assert told[0].chest is None
    assert told[1].chest is not None
    assert told[1].chest.quantities.detail is not None


def test_once_cancelled_nothing_is_told(tmp_path) -> None:
    told: list[Measured] = []
    series = (_series(tmp_path / "a", 1),)
    for answers in (iter([True]), iter([False, True])):
        measure(told.append, partial(next, answers, True), series, HeldVolume(), read_instance)
        assert told == []


def test_the_first_ones_volume_is_held(tmp_path) -> None:
    series, held = _series(tmp_path / "a", 1), HeldVolume()
    measure(lambda _: None, lambda: False, (series,), held, read_instance)
    assert held.get(series, lambda: (_ for _ in ()).throw(AssertionError)).shape[0] == 40
