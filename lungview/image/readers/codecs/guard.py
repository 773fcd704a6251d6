"""A time limit for a native codec that some damaged codestreams keep busy for seconds."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

import numpy as np

from lungview.image.readers.codecs.codestream import CodestreamError

Decode = Callable[[], np.ndarray]


class _Codec:
    """A thread that decodes what it is given, one frame after another."""

    def __init__(self) -> None:
        self._given: SimpleQueue[Decode | None] = SimpleQueue()
        self._done: SimpleQueue[np.ndarray | Exception] = SimpleQueue()
        threading.Thread(target=self._work, name="codec", daemon=True).start()

    def _work(self) -> None:
        while (decode := self._given.get()) is not None:
            try:
                self._done.put(decode())
            except Exception as error:  # handed to the caller
                self._done.put(error)
            del decode  # it holds the frame's codestream

    def within(self, seconds: float, decode: Decode) -> np.ndarray | Exception:
        """What `decode` gives or raises. Raises queue.Empty when late; it is its last then."""
        self._given.put(decode)
        try:
            return self._done.get(timeout=seconds)
        except Empty:
            self._given.put(None)
            raise


_idle: list[_Codec] = []  # to start a thread for every frame would cost more than to hand one over
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # a forked process has none of these threads


def within(seconds: float, decode: Decode) -> np.ndarray:
    """What `decode` gives; CodestreamError when it is not done in so many seconds.

    A codec that is late goes on in a thread nobody waits for: it must release the GIL and end by itself.
    """
    try:
        codec = _idle.pop()
    except IndexError:
        codec = _Codec()
    try:
        outcome = codec.within(seconds, decode)
    except Empty:
        raise CodestreamError(f"not decoded within {seconds:.0f} s; the codestream is damaged") from None
    _idle.append(codec)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
