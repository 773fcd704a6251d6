"""A guideline as a table of rows (resources/guidelines/*.toml), and what it says of some facts.

A row is a set of conditions. Where a fact that decides is not known, it is asked for; nothing is assumed.
"""

from __future__ import annotations

import enum
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.errors import InputError
from lungview.nodules.guidelines.advice import Advice, Asked, NoRule, Recommendation

Fact = str | bool | float | None


class Measure(enum.Enum):
    """What sizes are compared by; the values are the ends of the names of sizes."""

    DIAMETER = "mm"
    VOLUME = "mm3"


@dataclass(frozen=True, slots=True)
class Band:
    """From low on, below high."""

    low: float
    high: float

    def holds(self, fact: Fact) -> bool:
        return isinstance(fact, int | float) and self.low <= fact < self.high

    def said(self, unit: str) -> str:
        if self.high == math.inf:
            return f"{self.low:g} {unit} or more"
        if not self.low:
            return f"below {self.high:g} {unit}"
        return f"{self.low:g} to below {self.high:g} {unit}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these."""

    values: tuple[Fact, ...]

    def holds(self, fact: Fact) -> bool:
        return fact in self.values


@dataclass(frozen=True, slots=True)
class Row:
    """conditions: by name of fact. category: "" where the guideline has none. text: what it recommends."""

    conditions: Mapping[str, Band | Choice]
    category: str
    text: str

    def possible(self, facts: Mapping[str, Fact]) -> bool:
        """Whether no known fact is against it."""
        return all(c.holds(facts[n]) for n, c in self.conditions.items() if facts.get(n) is not None)

    def unknown(self, facts: Mapping[str, Fact]) -> set[str]:
        return {name for name in self.conditions if facts.get(name) is None}


@dataclass(frozen=True, slots=True)
class Table:
    """One guideline. order: its categories, the least first. labels: of facts, in the order of asking.

    phrases: how a choice is said that its value alone does not tell, {} for the value.
    """

    name: str
    version: str
    source: str
    labels: Mapping[str, str] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    order: tuple[str, ...] = ()
    management: Mapping[str, str] = field(default_factory=dict, repr=False)
    phrases: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"


@lru_cache(maxsize=8)
def load(name: str, measure: Measure = Measure.DIAMETER) -> Table:
    """A table that comes with the program, with its sizes in one measure."""
    with guideline_file(name).open("rb") as file:
        data = tomllib.load(file)
    management = data.get("management", {})
    return Table(
        data["name"],
        data["version"],
        data["source"],
        data["labels"],
        tuple(_row(row, management, measure) for row in data["row"]),
        tuple(data.get("order", ())),
        management,
        data.get("phrases", {}),
    )


def guideline_file(name: str) -> Path:
    return paths.resources() / "guidelines" / f"{name}.toml"


def _row(row: dict[str, Any], management: dict[str, str], measure: Measure) -> Row:
    category = row.get("category", "")
    names = row.keys() - {"category", "text"} - _other_sizes(row, measure)
    conditions = {name: _condition_of(row[name]) for name in names}
    return Row(conditions, category, row.get("text") or management[category])


def _condition_of(values: list[Any]) -> Band | Choice:
    """Two numbers are a band; texts, and true or false, are a choice."""
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    return Band(*values) if numbers else Choice(tuple(values))


def _other_sizes(row: dict[str, Any], measure: Measure) -> set[str]:
    """The sizes of a row that are given in both measures, in the one that is not asked for."""
    other = Measure.VOLUME if measure is Measure.DIAMETER else Measure.DIAMETER
    twice = [kind for kind in ("size", "solid") if {f"{kind}_mm", f"{kind}_mm3"} <= row.keys()]
    return {f"{kind}_{other.value}" for kind in twice}


def advise(table: Table, facts: Mapping[str, Fact]) -> Advice:
    """What a guideline says of some facts; of several rows that hold, the one of the highest category."""
    possible = [row for row in table.rows if row.possible(facts)]
    if not possible:
        return NoRule(table.title, f"no row for {_said(table, facts)}; the reader decides")
    asked = _to_ask(table, possible, facts)
    if asked:
        return Asked(table.title, asked, tuple(table.labels[name] for name in asked))
    row = max(possible, key=lambda r: table.order.index(r.category) if table.order else 0)
    used = [name for name in table.labels if name in row.conditions]
    return Recommendation(
        table.title,
        table.source,
        row.category,
        row.text,
        "; ".join(_condition(table, name, row.conditions[name]) for name in used),
        tuple((table.labels[name], shown(name, facts[name])) for name in used),
    )


def _to_ask(table: Table, rows: list[Row], facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """The unknown facts that all possible rows need; else the first one that some of them need."""
    unknown = [row.unknown(facts) for row in rows]
    common = set.intersection(*unknown)
    ordered = [name for name in table.labels if name in set.union(*unknown)]
    return tuple(n for n in ordered if n in common) or tuple(ordered[:1])


def _condition(table: Table, name: str, condition: Band | Choice) -> str:
    if isinstance(condition, Choice):
        values = " or ".join(shown(name, value) for value in condition.values)
        return table.phrases.get(name, "{}").format(values)
    part = "solid part " if name.startswith("solid") else ""
    return part + condition.said(_unit(name))


def _said(table: Table, facts: Mapping[str, Fact]) -> str:
    known = [name for name in table.labels if facts.get(name) is not None]
    return ", ".join(f"{table.labels[name]} {shown(name, facts[name])}" for name in known)


def _unit(name: str) -> str:
    return {"mm": "mm", "mm3": "mm³", "months": "months", "years": "years"}[name.rpartition("_")[2]]


def shown(name: str, fact: Fact) -> str:
    """A fact for people: "7.5 mm", "yes", "solid"."""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, str):
        return fact
    if fact is None:
        return "not known"
    return f"{fact:.1f} {_unit(name)}" if name == "months" else f"{fact:.4g} {_unit(name)}"


def check_size(guideline: str, label: str, value: float | None) -> None:
    """Raise InputError for a size that is none."""
    if value is not None and not (math.isfinite(value) and value > 0):
        raise InputError(f"{guideline}: expected a {label} above 0, found {value:g}")
