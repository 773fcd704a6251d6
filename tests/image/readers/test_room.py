"""Room for frames: each its own, on huge pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lungview.image.readers.room import room


@pytest.mark.parametrize("size", [1, 65_535, 65_537, 524_288, 2 << 20, (2 << 20) + 1, 20 << 20])
def test_it_has_the_bytes_that_were_asked_for(size: int) -> None:
    assert room(size).shape == (size,)
    assert room(size).dtype == np.uint8


def test_no_two_frames_share_memory() -> None:
    def fill(value: int) -> np.ndarray:
        frame = room(300_001)
        frame[:] = value
        return frame

    with ThreadPoolExecutor(3) as pool:
        frames = list(pool.map(fill, range(100)))
    assert all((frame == value).all() for value, frame in enumerate(frames))


def test_frames_begin_where_any_number_may() -> None:
    room(100_001)
    assert room(524_288).ctypes.data % 64 == 0


def test_a_slab_begins_where_a_huge_page_does() -> None:
    with ThreadPoolExecutor(1) as pool:  # a new thread begins a new slab
        assert pool.submit(room, 524_288).result().ctypes.data % (1 << 21) == 0
