"""Batches made in a thread of their own, while the network works on those before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Queue
from typing import Any


def ahead(items: Iterator[Any], depth: int = 3) -> Iterator[Any]:
    """The same items, made in a thread while the network works; a failure there is raised here."""
    queue: Queue[tuple[str, Any]] = Queue(depth)
    stopped = threading.Event()

    def produce() -> None:
        try:
            for item in items:
                queue.put(("item", item))
                if stopped.is_set():
                    return
            queue.put(("end", None))
        except Exception as error:
            queue.put(("error", error))

    threading.Thread(target=produce, daemon=True).start()
    try:
        while True:
            kind, value = queue.get()
            if kind == "item":
                yield value
            elif kind == "error":
                raise value
            else:
                return
    finally:
        stopped.set()
