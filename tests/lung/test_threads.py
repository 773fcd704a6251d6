"""Work on slices that threads share."""

from __future__ import annotations

import pytest

from lungview.lung.threads import each


@pytest.mark.parametrize("count", [0, 1, 7, 100])
def test_each_is_done_once(count: int) -> None:
    done = [0] * count

    def work(k: int) -> None:
        done[k] += 1

    each(work, count)

    assert done == [1] * count


def test_what_one_raises_is_raised() -> None:
    def work(k: int) -> None:
        if k == 5:
            raise ValueError("the sixth")

    with pytest.raises(ValueError, match="the sixth"):
        each(work, 9)
