"""SliceCache: decoded frames as they lie in the file, bounded in bytes, read ahead of the reader."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future

from lungview.errors import LungViewError
from lungview.image.readers import read_stored
from lungview.image.readers.source import version_at
from lungview.image.slice import Instance, Slice, Version
from lungview.image.stored import Stored
from lungview.machine import cpus
from lungview.sources.memory import memory_bytes
from lungview.study.key import FrameKey, frame_key

_log = logging.getLogger(__name__)

# Seconds that reading a frame holds the interpreter's lock: a worker more helps only where a frame takes that
# much more time.
_HELD = 2e-4

Key = tuple[FrameKey, Version | None]
Listener = Callable[[Instance], None]


def key_of(instance: Instance) -> Key:
    """What a frame is cached under: where it is, and which content its file had when it was listed."""
    return frame_key(instance), instance.version


class SliceCache:
    """Frames by instance; any thread may call any method, and none but `get` waits for a decoder.

    A frame is kept before the Modality LUT, for CT two bytes a pixel; a Slice is made of it when asked for.
    budget_bytes: of pixels; None is a quarter of the machine's memory. workers: threads that read ahead;
    None is one less than there are cores, 2 to 6.
    """

    def __init__(self, budget_bytes: int | None = None, workers: int | None = None) -> None:
        self._budget = budget_bytes if budget_bytes is not None else memory_bytes() // 4
        self._frames: OrderedDict[Key, Stored] = OrderedDict()  # least recently used first
        self._bytes = 0
        self._pins: Counter[Key] = Counter()
        self._loading: dict[Key, Future[Stored]] = {}
        self._failed: set[Key] = set()
        self._plan: Iterator[Instance] = iter(())
        self._about: Sequence[Instance] = ()  # what the plan is about
        self._whole: Sequence[Instance] | None = None  # all of these are there, or cannot be read
        self._planned: set[Key] = set()
        self._planned_bytes = 0
        self._listeners: list[Listener] = []
        self._closed, self._held_up = False, False
        self._seconds = 0.0  # the last frame's reading took
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=self._work, args=(n,), name=f"prefetch-{n}", daemon=True)
            for n in range(workers if workers is not None else min(max(cpus() - 1, 2), 6))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def budget_bytes(self) -> int:
        return self._budget

    @budget_bytes.setter
    def budget_bytes(self, value: int) -> None:
        with self._changed:
            self._budget = value
            self._evict()

    @property
    def used_bytes(self) -> int:
        """Bytes of pixels held."""
        return self._bytes

    def get(self, instance: Instance) -> Slice:
        """The slice; decoded here and now, or waited for, when it is not in the cache. Raises ReadError.

        A file that was written to since it was read is read again.
        """
        return self.get_stored(instance).shared_slice()

    def get_stored(self, instance: Instance) -> Stored:
        """The frame before the Modality LUT. Raises ReadError."""
        key = key_of(instance)
        held = self._held(key)
        if held is not None and not _overwritten(held):
            return held
        with self._changed:
            if held is not None and self._frames.get(key) is held:
                self._drop(key)
            waited_for = self._loading.get(key)
            if waited_for is None:
                mine = self._loading[key] = Future()
        if waited_for is not None:
            return waited_for.result()
        return self._load(instance, mine)

    def peek(self, instance: Instance) -> Slice | None:
        """The slice when it is in the cache, at once: the medium is not asked, which may not answer."""
        stored = self._held(key_of(instance))
        return stored.shared_slice() if stored is not None else None

    def _held(self, key: Key) -> Stored | None:
        with self._changed:
            stored = self._frames.get(key)
            if stored is not None:
                self._frames.move_to_end(key)
            return stored

    def prefetch(self, instances: Sequence[Instance], index: int, direction: int = 1) -> None:
        """Read ahead from `index`, first in `direction` (1 or -1), until all is there or the budget is full.

        Replaces what was planned before.
        """
        with self._changed:
            if instances is self._whole:
                return  # every step of a scroll asks; six hundred keys are milliseconds
            self._about = instances
            self._plan = (instances[i] for i in travel_order(len(instances), index, direction))
            self._planned, self._planned_bytes = set(), 0
            self._changed.notify_all()

    def hold_up(self, on: bool) -> None:
        """Have reading ahead wait, or go on."""
        with self._changed:
            self._held_up = on
            self._changed.notify_all()

    def pin(self, instance: Instance) -> None:
        """Keep a shown slice whatever else is read; each pin needs its unpin."""
        with self._changed:
            self._pins[key_of(instance)] += 1

    def unpin(self, instance: Instance) -> None:
        with self._changed:
            self._pins -= Counter([key_of(instance)])  # which keeps no zeros

    def cached(self, instances: Iterable[Instance]) -> list[bool]:
        """Which of the instances are in the cache."""
        with self._changed:
            return [key_of(i) in self._frames for i in instances]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have `listener(instance)` called, from any thread, when a slice has come in; returns its end."""
        with self._changed:
            self._listeners.append(listener)
        return lambda: self._forget(listener)

    def clear(self) -> None:
        """Drop every frame that is not pinned, and the plan."""
        with self._changed:
            self._plan, self._planned = iter(()), set()
            self._about, self._whole = (), None
            self._failed.clear()
            for key in [k for k in self._frames if k not in self._pins]:
                self._drop(key)

    def close(self) -> None:
        """End the workers after the frame they are at, and drop everything."""
        with self._changed:
            self._closed = True
            self._plan = iter(())
            self._listeners.clear()
            self._changed.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=5.0)
        with self._changed:
            self._frames.clear()
            self._bytes = 0

    def _work(self, worker: int) -> None:
        while (task := self._next(worker)) is not None:
            instance, future = task
            try:
                self._load(instance, future)
            except LungViewError as error:
                # It is said where the slice is shown; here it only must not be tried again and again.
                _log.info("not read ahead: %s", type(error).__name__)
            except Exception:
                _log.exception("reading ahead failed")

    def _next(self, worker: int) -> tuple[Instance, Future[Stored]] | None:
        """The next frame worth reading ahead; waits for one; None at the end."""
        with self._changed:
            while not self._closed:
                at_work = not self._held_up and self._seconds >= worker * _HELD
                instance = self._next_planned() if at_work else None
                if instance is not None:
                    future = self._loading[key_of(instance)] = Future()
                    return instance, future
                self._changed.wait()
        return None

    def _next_planned(self) -> Instance | None:
        for instance in self._plan:
            if not self._fits(instance):
                self._plan, self._about = iter(()), ()
                return None
            key = key_of(instance)
            if key not in self._frames and key not in self._loading and key not in self._failed:
                return instance
        self._whole = self._about
        return None

    def _fits(self, instance: Instance) -> bool:
        """Count a frame into the plan, unless the plan would then push out its own beginning."""
        key = key_of(instance)
        stored = self._frames.get(key)
        size = stored.nbytes if stored is not None else instance.rows * instance.columns * 2
        if self._planned_bytes + size > self._budget:
            return False
        self._planned.add(key)
        self._planned_bytes += size
        return True

    def _load(self, instance: Instance, future: Future[Stored]) -> Stored:
        key = key_of(instance)
        start = time.monotonic()
        try:
            stored = read_stored(instance.path, instance.frame, instance.member)
        except BaseException as error:
            with self._changed:
                self._failed.add(key)
                self._loading.pop(key, None)
            future.set_exception(error)
            raise
        with self._changed:
            self._loading.pop(key, None)
            self._failed.discard(key)
            self._keep(key, stored)
            self._seconds = time.monotonic() - start
            if self._seconds >= _HELD:
                self._changed.notify_all()
            listeners = list(self._listeners)
        future.set_result(stored)
        for listener in listeners:
            _tell(listener, instance)
        return stored

    def _keep(self, key: Key, stored: Stored) -> None:
        if self._closed:
            return
        self._drop(key)
        self._frames[key] = stored
        self._bytes += stored.nbytes
        if self._bytes > self._budget:
            self._evict()

    def _evict(self) -> None:
        """Drop what was not used for longest, what the plan wants after all else, pinned frames never."""
        for spare_planned in (True, False):
            for key in list(self._frames):
                if self._bytes <= self._budget:
                    return
                if key not in self._pins and not (spare_planned and key in self._planned):
                    self._drop(key)

    def _drop(self, key: Key) -> None:
        if (stored := self._frames.pop(key, None)) is not None:
            self._bytes -= stored.nbytes
            self._whole = None

    def _forget(self, listener: Listener) -> None:
        with self._changed:
            if listener in self._listeners:
                self._listeners.remove(listener)


def _overwritten(stored: Stored) -> bool:
    """Whether the file holds something else by now; one that is gone holds nothing else."""
    read, now = stored.about.instance.version, version_at(stored.about.instance.path)
    return None not in (read, now) and read != now


def _tell(listener: Listener, instance: Instance) -> None:
    try:
        listener(instance)
    except Exception:
        # The slice itself is well: whoever asked for it gets it.
        _log.exception("a listener of the slice cache failed")


def travel_order(count: int, index: int, direction: int) -> Iterator[int]:
    """Indices in the order they are wanted: both neighbours twice, then ahead to the end, then behind."""
    step = 1 if direction >= 0 else -1
    near = [index, index + step, index - step, index + 2 * step, index - 2 * step]
    ahead = range(index + 3 * step, count if step > 0 else -1, step)
    behind = range(index - 3 * step, -1 if step > 0 else count, -step)
    for i in (*near, *ahead, *behind):
        if 0 <= i < count:
            yield i
