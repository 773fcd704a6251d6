"""No group is in two parts; classes in proportion."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lungview.training.data.split import folds, grouped


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30)), min_size=1, max_size=80))
def test_no_group_is_in_two_parts(pictures: list[tuple[str, int]]) -> None:
    groups = [str(g) for _, g in pictures]
    parts = grouped([c for c, _ in pictures], groups)
    assert all(len({p for p, g in zip(parts, groups, strict=True) if g == one}) == 1 for one in groups)


def test_each_class_is_spread_as_asked() -> None:
    labels = ["a"] * 200 + ["b"] * 40
    parts = grouped(labels, [str(i // 2) for i in range(240)])
    counts = Counter(zip(labels, parts, strict=True))
    assert counts["a", "train"] / 200 == pytest.approx(0.7, abs=0.02)
    assert counts["b", "train"] / 40 == pytest.approx(0.7, abs=0.05)
    assert counts["b", "test"] / 40 == pytest.approx(0.15, abs=0.05)


def test_the_same_seed_gives_the_same_parts_and_another_seed_others() -> None:
    labels, groups = ["a"] * 50, [str(i) for i in range(50)]
    assert grouped(labels, groups, seed=1) == grouped(labels, groups, seed=1)
    assert grouped(labels, groups, seed=1) != grouped(labels, groups, seed=2)


def test_five_folds_are_of_equal_size() -> None:
    found = folds(["a"] * 60 + ["b"] * 40, [str(i) for i in range(100)])
    assert sorted(Counter(found.tolist()).values()) == [20, 20, 20, 20, 20]
