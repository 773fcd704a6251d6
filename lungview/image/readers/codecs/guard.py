"""A time limit for a native codec that some damaged codestreams keep busy for seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from lungview.image.readers.codecs.codestream import CodestreamError


def within(seconds: float, decode: Callable[[], np.ndarray]) -> np.ndarray:
    """What `decode` gives; CodestreamError when it is not done in so many seconds.

    A codec that is late goes on in a thread nobody waits for: it must release the GIL and end by itself.
    """
    outcome: list[np.ndarray | Exception] = []

    def work() -> None:
        try:
            outcome.append(decode())
        except Exception as error:  # handed to the caller below
            outcome.append(error)

    thread = threading.Thread(target=work, name="codec", daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise CodestreamError(f"not decoded within {seconds:.0f} s; the codestream is damaged")
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]
