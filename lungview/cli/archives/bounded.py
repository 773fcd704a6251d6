"""Types of arguments: what a node is told is within its bounds, or refused in words before it starts."""

from __future__ import annotations

import argparse
import ipaddress
import math
from collections.abc import Callable

from lungview.remote_nodes import is_title

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A whole number from least, to most where there is one."""

    def read(text: str) -> int:
        try:
            found = int(text)
        except ValueError:
            found = least - 1
        if found < least or (most is not None and found > most):
            upto = f" to {most}" if most is not None else " on"
            raise argparse.ArgumentTypeError(f"expected a whole number from {least}{upto}, found {text!r}")
        return found

    return read


def _measure(*, above_zero: bool) -> Callable[[str], float]:
    """A finite number from 0 on, or above it."""

    def read(text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not math.isfinite(found) or found < 0 or (above_zero and not found):
            bound = "above 0" if above_zero else "from 0 on"
            raise argparse.ArgumentTypeError(f"expected a number {bound}, found {text!r}")
        return found

    return read


port = _whole(0, 65535)  # 0 stands for a free one, or none
none_or_more, one_or_more = _whole(0), _whole(1)
amount, more_than_none = _measure(above_zero=False), _measure(above_zero=True)


def title(text: str) -> str:
    """An AE title."""
    if not is_title(text):
        raise argparse.ArgumentTypeError(
            f"expected an AE title of 1 to 16 ASCII characters without backslash, found {text!r}"
        )
    return text


def network(text: str) -> Network:
    """An address, or a network of them."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        expected = "an address or a network such as 10.0.0.0/24"
        raise argparse.ArgumentTypeError(f"expected {expected}, found {text}") from None
