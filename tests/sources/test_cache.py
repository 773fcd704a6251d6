"""The slice cache: bounded, ahead of the reader, safe from every thread, quick to close."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lungview.errors import ReadError
from lungview.image import phantom
from lungview.image.slice import Instance
from lungview.image.stored import Stored
from lungview.sources import cache as module
from lungview.sources.cache import SliceCache, travel_order
from lungview.sources.files.scan import scan
from lungview.sources.memory import memory_bytes

FRAME = 32 * 32 * 2  # bytes
THORAX = phantom.Thorax(slices=10, matrix=32)


@pytest.fixture(scope="module")
def instances(tmp_path_factory: pytest.TempPathFactory) -> tuple[Instance, ...]:
    folder = tmp_path_factory.mktemp("ct")
    phantom.write_series(folder, THORAX)
    return scan([folder]).series[0].instances


@pytest.fixture
def cache() -> Iterator[SliceCache]:
    made = SliceCache(budget_bytes=1 << 20)
    yield made
    made.close()


def _wait_for(cache: SliceCache, instances: tuple[Instance, ...], wanted: list[bool]) -> None:
    """Wait until exactly those are cached; fails by the test's own time limit."""
    came = threading.Event()
    end = cache.listen(lambda _: came.set())
    while cache.cached(instances) != wanted:
        came.wait(0.5)
        came.clear()
    end()


def test_a_slice_is_what_the_file_holds(cache: SliceCache, instances: tuple[Instance, ...]) -> None:
    assert np.array_equal(cache.get(instances[3]).values, THORAX.hu(10 - 1 - 3))


def test_a_frame_costs_its_stored_bytes(cache: SliceCache, instances: tuple[Instance, ...]) -> None:
    cache.get(instances[0])
    cache.get(instances[1])

    assert cache.used_bytes == 2 * FRAME


def test_peek_never_decodes(cache: SliceCache, instances: tuple[Instance, ...]) -> None:
    assert cache.peek(instances[0]) is None
    cache.get(instances[0])
    slice_ = cache.peek(instances[0])

    assert slice_ is not None
    assert slice_.rows == 32


def test_views_of_one_frame_share_its_values(cache: SliceCache, instances: tuple[Instance, ...]) -> None:
    shown = cache.get(instances[0])
    assert cache.peek(instances[0]) is shown
    assert cache.get(instances[0]) is shown
    assert cache.get(instances[1]) is not shown


def test_prefetch_brings_in_the_whole_series(cache: SliceCache, instances: tuple[Instance, ...]) -> None:
    cache.prefetch(instances, 4, 1)

    _wait_for(cache, instances, [True] * 10)


def test_reading_ahead_can_be_held_up_and_a_slice_that_is_wanted_comes_meanwhile(
    cache: SliceCache, instances: tuple[Instance, ...]
) -> None:
    cache.hold_up(True)
    cache.prefetch(instances, 4, 1)
    cache.get(instances[0])
    cache.get(instances[9])
    assert cache.cached(instances) == [True] + [False] * 8 + [True]

    cache.hold_up(False)
    _wait_for(cache, instances, [True] * 10)


def test_a_series_that_is_whole_is_not_looked_through_at_every_step(
    cache: SliceCache, instances: tuple[Instance, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[int] = []

    def noted(count: int, index: int, direction: int) -> Iterator[int]:
        plans.append(index)
        return iter(range(count))

    cache.prefetch(instances, 4, 1)
    _wait_for(cache, instances, [True] * 10)
    while cache._whole is not instances:  # the plan is walked to its end after the last frame came
        threading.Event().wait(0.01)
    monkeypatch.setattr(module, "travel_order", noted)
    cache.prefetch(instances, 5, 1)
    assert plans == []
    cache.clear()
    cache.prefetch(instances, 6, 1)
    assert plans == [6]
    _wait_for(cache, instances, [True] * 10)


def test_prefetch_stops_at_the_budget_and_keeps_what_lies_ahead(instances: tuple[Instance, ...]) -> None:
    cache = SliceCache(budget_bytes=6 * FRAME, workers=1)
    cache.prefetch(instances, 4, 1)
    # 4, then 5, 3, 6, 2, then ahead: 7; there is room for six.
    _wait_for(cache, instances, [False, False, True, True, True, True, True, True, False, False])

    assert cache.used_bytes == 6 * FRAME
    cache.close()


def test_moving_on_drops_what_is_left_behind(instances: tuple[Instance, ...]) -> None:
    cache = SliceCache(budget_bytes=5 * FRAME, workers=1)
    cache.prefetch(instances, 2, 1)
    _wait_for(cache, instances, [i in (0, 1, 2, 3, 4) for i in range(10)])
    cache.prefetch(instances, 7, 1)

    _wait_for(cache, instances, [i in (5, 6, 7, 8, 9) for i in range(10)])
    cache.close()


def test_the_budget_holds_and_the_least_recently_used_goes(instances: tuple[Instance, ...]) -> None:
    cache = SliceCache(budget_bytes=3 * FRAME, workers=0)
    for index in (0, 1, 2, 0, 3):
        cache.get(instances[index])

    assert cache.cached(instances[:4]) == [True, False, True, True]
    assert cache.used_bytes == 3 * FRAME


def test_a_pinned_slice_stays(instances: tuple[Instance, ...]) -> None:
    cache = SliceCache(budget_bytes=2 * FRAME, workers=0)
    cache.pin(instances[0])
    for instance in instances:
        cache.get(instance)

    assert cache.cached(instances) == [True, *[False] * 8, True]
    cache.unpin(instances[0])
    cache.get(instances[1])
    assert cache.cached(instances[:1]) == [False]


def test_a_smaller_budget_takes_effect_at_once(cache: SliceCache, instances: tuple[Instance, ...]) -> None:
    for instance in instances:
        cache.get(instance)
    cache.budget_bytes = 4 * FRAME

    assert cache.used_bytes == 4 * FRAME


def test_a_slice_asked_for_by_many_threads_is_decoded_once(
    instances: tuple[Instance, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go = [], threading.Event()
    original = module.read_stored

    def slow(path: Path, frame: int = 0, member: str = "") -> Stored:
        reading.append(path)
        go.wait(5)
        return original(path, frame, member)

    monkeypatch.setattr(module, "read_stored", slow)
    cache = SliceCache(budget_bytes=1 << 20, workers=0)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(cache.get, instances[0]) for _ in range(4)]
        go.set()
        slices = [f.result() for f in futures]

    assert len(reading) == 1
    assert all(np.array_equal(s.values, THORAX.hu(10 - 1)) for s in slices)


def test_a_bad_file_raises_and_does_not_stop_the_others(
    instances: tuple[Instance, ...], tmp_path: Path
) -> None:
    bad = Instance(tmp_path / "gone.dcm")
    cache = SliceCache(budget_bytes=1 << 20, workers=1)
    cache.prefetch((bad, *instances), 0, 1)
    _wait_for(cache, instances, [True] * 10)

    with pytest.raises(ReadError, match="no such file"):
        cache.get(bad)
    cache.close()


def test_a_file_that_comes_back_is_read(tmp_path: Path) -> None:
    cache = SliceCache(budget_bytes=1 << 20, workers=0)
    gone = Instance(tmp_path / "IM0001.dcm")
    with pytest.raises(ReadError):
        cache.get(gone)
    phantom.write_series(tmp_path, phantom.Thorax(1, 32))

    assert cache.get(gone).rows == 32


def test_listeners_hear_of_each_slice_until_they_end(
    cache: SliceCache, instances: tuple[Instance, ...]
) -> None:
    heard: list[Instance] = []
    end = cache.listen(heard.append)
    cache.get(instances[0])
    end()
    cache.get(instances[1])

    assert heard == [instances[0]]


def test_a_listener_that_fails_harms_nobody_else(
    cache: SliceCache, instances: tuple[Instance, ...], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Instance) -> None:
        raise ZeroDivisionError

    cache.listen(fail)

    assert cache.get(instances[0]).rows == 32
    assert "ZeroDivisionError" in caplog.text


def test_close_ends_the_workers_and_forgets_the_plan(instances: tuple[Instance, ...]) -> None:
    before = threading.active_count()
    cache = SliceCache(budget_bytes=1 << 20, workers=3)
    cache.prefetch(instances, 0, 1)
    cache.close()

    assert threading.active_count() == before
    assert cache.used_bytes == 0


def test_clear_keeps_what_is_shown(cache: SliceCache, instances: tuple[Instance, ...]) -> None:
    cache.pin(instances[0])
    cache.get(instances[0])
    cache.get(instances[1])
    cache.clear()

    assert cache.cached(instances[:2]) == [True, False]


@given(count=st.integers(1, 40), data=st.data(), direction=st.sampled_from([1, -1]))
def test_travel_order_has_every_slice_once_and_starts_where_one_is(
    count: int, data: st.DataObject, direction: int
) -> None:
    index = data.draw(st.integers(0, count - 1))
    order = list(travel_order(count, index, direction))

    assert sorted(order) == list(range(count))
    assert order[0] == index


def test_travel_order_goes_ahead_before_it_goes_back() -> None:
    assert list(travel_order(10, 5, 1)) == [5, 6, 4, 7, 3, 8, 9, 2, 1, 0]
    assert list(travel_order(10, 5, -1)) == [5, 4, 6, 3, 7, 2, 1, 0, 8, 9]


def test_a_machine_has_memory() -> None:
    assert memory_bytes() > 1 << 28
