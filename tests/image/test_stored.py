"""A decoded frame and the slices made of it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np

from lungview.image.modality import ModalityLut
from lungview.image.slice import Instance, Slice
from lungview.image.stored import NO_VALUES, Stored


def stored() -> Stored:
    about = Slice(Instance(Path("a.dcm"), modality="CT"), NO_VALUES.copy())
    return Stored(np.arange(12, dtype=np.int16).reshape(3, 4), about, ModalityLut(2.0, -1000.0, unit="HU"))


def test_who_asks_for_a_shared_slice_gets_the_one_that_another_has() -> None:
    frame = stored()
    one = frame.shared_slice()
    assert frame.shared_slice() is one
    assert np.array_equal(one.values, np.arange(12).reshape(3, 4) * 2.0 - 1000)
    assert frame.to_slice() is not one


def test_a_frame_keeps_no_slice_that_nobody_has() -> None:
    frame = stored()
    gone = weakref.ref(frame.shared_slice())
    gc.collect()
    assert gone() is None
    assert frame.shared_slice().unit == "HU"
