"""What a viewer needs of whoever works behind it: calls in another thread, and a clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Call(Protocol):
    """One call under way."""

    def cancel(self) -> None:
        """Deliver nothing more; what has not begun never begins."""
        ...


class Timer(Protocol):
    """Calls once, some time after it was started; started again, it waits anew."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Background(Protocol):
    """Outcomes arrive in the thread that the viewer lives in."""

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        on_result: Callable[[Any], None],
        on_error: Callable[[BaseException], None],
    ) -> Call:
        """Call function(*args) in another thread."""
        ...

    def stream(
        self,
        function: Callable[..., Any],
        *args: Any,
        on_event: Callable[[Any], None],
        on_result: Callable[[Any], None],
        on_error: Callable[[BaseException], None],
    ) -> Call:
        """Call function(emit, cancelled, *args) in another thread; what it emits reaches on_event."""
        ...

    def timer(self, ms: int, call: Callable[[], object]) -> Timer:
        """A timer of so many milliseconds."""
        ...
