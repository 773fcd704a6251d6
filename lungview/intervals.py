"""95 % intervals that hold at the edge: of 24 right of 24 as of 12 of 24."""

from __future__ import annotations

import math

Z = 1.959963984540054  # of a two-sided 95 % interval


def wilson(share: float, total: float) -> tuple[float, float]:
    """95 % interval of a share of `total` independent things, in [0, 1] (Wilson 1927); (0, 1) of none."""
    if not total:
        return 0.0, 1.0
    z2 = Z * Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def of_area(area: float, deviation: float, positives: int, negatives: int) -> tuple[float, float]:
    """95 % interval of an area under the ROC curve with its standard deviation (DeLong 1988), in [0, 1].

    With less than half a thing of the smaller class out of order the deviation is of next to nothing, and 0
    where every pair is in order: there the interval reaches as far as Wilson's of so many things. Where all
    scores are equal it is 0 too: there Hanley and McNeil's (1982).
    """
    half = Z * (deviation or _hanley_mcneil(area, positives, negatives))
    low, high = max(0.0, area - half), min(1.0, area + half)
    fewest = min(positives, negatives)
    if min(area, 1 - area) >= 0.5 / fewest:
        return low, high
    least, most = wilson(area, fewest)
    return min(low, least), max(high, most)


def _hanley_mcneil(area: float, positives: int, negatives: int) -> float:
    one, two = area / (2 - area), 2 * area * area / (1 + area)
    square = area * area
    spread = area * (1 - area) + (positives - 1) * (one - square) + (negatives - 1) * (two - square)
    return math.sqrt(spread / (positives * negatives))
