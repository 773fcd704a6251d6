"""The time limit of a codec: what is in time is passed on, what is late is an error and harms nobody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lungview.image.readers.codecs.codestream import CodestreamError
from lungview.image.readers.codecs.guard import within

PIXELS = np.arange(6)


def test_what_is_decoded_in_time_is_passed_on() -> None:
    assert within(60, lambda: PIXELS) is PIXELS


def test_an_error_is_passed_on() -> None:
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: PIXELS // (1 // 0))


def test_frames_in_turn_share_a_thread() -> None:
    threads: set[int] = set()

    def decode() -> np.ndarray:
        threads.add(threading.get_ident())
        return PIXELS

    for _ in range(5):
        within(60, decode)
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_what_is_late_is_an_error_and_the_next_frame_is_decoded() -> None:
    go, ended = threading.Event(), threading.Event()

    def late() -> np.ndarray:
        go.wait()
        ended.set()
        return PIXELS

    with pytest.raises(CodestreamError, match="not decoded within 0 s"):
        within(0.01, late)
    assert np.array_equal(within(60, lambda: PIXELS + 1), PIXELS + 1)
    go.set()
    assert ended.wait(60)
    assert np.array_equal(within(60, lambda: PIXELS + 2), PIXELS + 2)


def test_threads_get_their_own_frames() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: int(within(60, lambda: PIXELS + n)[0]), range(200)))
    assert found == list(range(200))
