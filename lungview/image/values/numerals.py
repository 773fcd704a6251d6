"""Numbers as DICOM writes them in letters (DS, IS; PS3.5 6.2)."""

from __future__ import annotations

import math
import re
from functools import lru_cache

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")

_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


@lru_cache(maxsize=4096)  # the slices of a series have most of their numbers in common
def parse_decimal(written: str) -> float:
    """A DS as a number; a comma, which some write, is a decimal point. NaN when it is none."""
    bare = written.strip("\0 ")
    return float(bare.replace(",", ".")) if _DECIMAL.fullmatch(bare) else math.nan


def has_decimal_comma(written: str) -> bool:
    """Whether a number is written with a comma, which no DS may have."""
    return "," in written and not math.isnan(parse_decimal(written))


def may_part_thousands(written: str) -> bool:
    """Whether the comma of a number may be one of thousands: "-1,024" is −1024 to some, −1.024 to others.

    To be asked of elements whose values go into the thousands; 1,250 mm between pixels is no reading.
    """
    return _THOUSANDS.fullmatch(written.strip("\0 ")) is not None
