"""A logistic formula as a value: its terms, where it holds, and what it says of some inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lungview.errors import InputError
from lungview.nodules.risk.inputs import LABELS, UNITS, Inputs, shown


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient × value(input). said: the value as it is written in a formula."""

    name: str
    coefficient: float
    said: str
    value: Callable[[Any], float] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends belong to it. why: what is said outside of it, in the place of the two ends."""

    low: float
    high: float
    why: str = ""

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Formula:
    """log odds = constant + Σ terms.

    made_for: whom it was derived in, a sentence. ranges: outside of them nothing is computed.
    derived: outside of them it is computed with a note. refused: values it was not made for, and why.
    """

    name: str
    source: str
    made_for: str
    constant: float
    terms: tuple[Term, ...]
    ranges: Mapping[str, Range] = field(default_factory=dict)
    derived: Mapping[str, Range] = field(default_factory=dict)
    refused: Mapping[str, Mapping[object, str]] = field(default_factory=dict)

    @property
    def asks(self) -> tuple[str, ...]:
        """The names of the inputs it needs, those of its terms first; then those that may forbid it."""
        return tuple(dict.fromkeys((*(term.name for term in self.terms), *self.ranges, *self.refused)))

    @property
    def text(self) -> str:
        """The formula, as it is published."""
        parts = [f"{t.coefficient:+g} × {t.said}" for t in self.terms]
        return " ".join(["log odds =", f"{self.constant:g}", *parts])


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a formula says: a probability of malignancy in [0, 1], from these inputs, with these notes.

    text: the formula as published. made_for: whom it was derived in.
    parts: each term's share of the log odds, beside the constant.
    """

    formula: str
    source: str
    made_for: str
    text: str = field(repr=False)
    probability: float
    inputs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    parts: tuple[tuple[str, float], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """What has to be known before a formula can say anything: names of inputs."""

    formula: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.formula} needs: " + ", ".join(LABELS[name] for name in self.names)


def estimate(formula: Formula, inputs: Inputs) -> Estimate | Missing:
    """What a formula says. Raises InputError, one sentence, for inputs that it does not hold for."""
    for name in (*formula.ranges, *formula.refused):
        _check(formula, name, getattr(inputs, name))
    missing = tuple(name for name in formula.asks if getattr(inputs, name) is None)
    if missing:
        return Missing(formula.name, missing)
    parts = tuple((t.said, t.coefficient * t.value(getattr(inputs, t.name))) for t in formula.terms)
    return Estimate(
        formula.name,
        formula.source,
        formula.made_for,
        formula.text,
        logistic(formula.constant + sum(part for _, part in parts)),
        tuple((LABELS[name], shown(name, getattr(inputs, name))) for name in formula.asks),
        tuple(_notes(formula, inputs)),
        parts,
    )


def logistic(log_odds: float) -> float:
    """The probability in (0, 1) of log odds."""
    return 1 / (1 + math.exp(-log_odds))


def _check(formula: Formula, name: str, value: Any) -> None:
    if value is None:
        return
    limits = formula.ranges.get(name)
    if limits is not None and value not in limits and limits.why:
        raise InputError(f"{formula.name}: {limits.why}, found {shown(name, value)}: not computed")
    if limits is not None and value not in limits:
        raise InputError(
            f"{formula.name}: expected {_said(name, limits)}, found {shown(name, value)}: not computed"
        )
    why = formula.refused.get(name, {}).get(value)
    if why:
        raise InputError(f"{formula.name}: {why}, found {shown(name, value)}: not computed")


def _said(name: str, limits: Range) -> str:
    unit = f" {UNITS[name]}" if name in UNITS else ""
    return f"{LABELS[name]} from {limits.low:g} to {limits.high:g}{unit}"


def _notes(formula: Formula, inputs: Inputs) -> list[str]:
    outside = [n for n, limits in formula.derived.items() if getattr(inputs, n) not in limits]
    return [
        f"derived for {_said(n, formula.derived[n])}, not for {shown(n, getattr(inputs, n))}" for n in outside
    ]
