"""One hanging rule, what it asks of a study, and which of many is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from lungview.settings import FIRST_WINDOWS
from lungview.study.series import Series
from lungview.viewer.studies.listed import study_of
from lungview.viewer.studies.prior import prior_of

LAYOUTS = ("one", "thorax", "planes", "compare", "1x2", "2x1", "1x3", "3x1", "2x2", "2x3", "3x2", "3x3")
_COUNT = re.compile(r"(\d{1,4})(?:(\+)|-(\d{1,4}))?")
_LONGEST = 200  # characters of a text


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the file, as resources/hanging.toml explains it. A bad value raises ValueError.

    series: "" for any number, "2", "2+" or "2-4".
    """

    name: str
    layout: str
    on: bool = True
    modality: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    series: str = ""
    prior: bool = False
    windows: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _expect(self.layout in LAYOUTS, "layout", f"one of {', '.join(LAYOUTS)}", self.layout)
        bad = [each for each in self.windows if each not in FIRST_WINDOWS]
        _expect(not bad, "windows", f"some of {', '.join(FIRST_WINDOWS)}", *bad[:1])
        match = _COUNT.fullmatch(self.series)
        _expect(not self.series or bool(match), "series", 'a number as "2", "2+" or "2-4"', self.series)

    @property
    def counts(self) -> tuple[int, int | None]:
        """How many series at least, and at most (None: no limit)."""
        match = _COUNT.fullmatch(self.series)
        if match is None:
            return 0, None
        low = int(match[1])
        return low, None if match[2] else int(match[3] or low)

    def fits(self, study: HungStudy) -> bool:
        """Whether it is on and all that it asks is so."""
        low, high = self.counts
        of_modality = not self.modality or any(each.upper() in study.modalities for each in self.modality)
        worded = not self.words or any(each.casefold() in study.text for each in self.words)
        counted = low <= study.series and (high is None or study.series <= high)
        return self.on and of_modality and worded and counted and (study.prior or not self.prior)


@dataclass(frozen=True, slots=True)
class HungStudy:
    """What rules ask of a study. text: descriptions and body parts in lower case; series: without scouts."""

    modalities: frozenset[str]
    text: str
    series: int
    prior: bool


def hung_study(shown: Series, listed: Iterable[Series]) -> HungStudy:
    """The study of a series, among all that is open."""
    listed = tuple(listed)
    mine = of_study(shown, listed)
    texts = [shown.study.description, *(text for each in mine for text in (each.description, each.body_part))]
    return HungStudy(
        frozenset(each.modality.upper() for each in mine),
        "\n".join(texts).casefold(),
        len(mine),
        prior_of(shown, listed) is not None,
    )


def of_study(shown: Series, listed: Iterable[Series]) -> tuple[Series, ...]:
    """The series of a study in the order they are listed, scouts left out where there is anything else."""
    mine = tuple(each for each in listed if study_of(each) == study_of(shown)) or (shown,)
    return tuple(each for each in mine if not each.localizer) or mine


def first_fitting(rules: Sequence[Rule], study: HungStudy, *, beside: bool = False) -> Rule | None:
    """The rule that is used. beside: other studies were open before, whose views only a prior may change."""
    return next((rule for rule in rules if rule.fits(study) and (rule.prior or not beside)), None)


def with_rule(rules: Sequence[Rule], new: Rule) -> tuple[Rule, ...]:
    """A rule before all others, in the place of those that ask the same."""
    return (new, *(each for each in rules if _asks(each) != _asks(new)))


def _asks(rule: Rule) -> tuple[object, ...]:
    return rule.modality, rule.words, rule.series, rule.prior


def from_table(table: Mapping[str, object]) -> Rule:
    """A rule of the file's table. ValueError says what was expected and what found."""
    known = {each.name for each in fields(Rule)}
    unknown = sorted(set(table) - known)
    _expect(not unknown, "a rule", f"nothing but {', '.join(sorted(known))}", *unknown[:1])
    _expect("layout" in table, "layout", f"one of {', '.join(LAYOUTS)}", "nothing")
    return Rule(
        _text(table, "name"),
        _text(table, "layout"),
        _truth(table, "on", True),
        _texts(table, "modality"),
        _texts(table, "words"),
        _text(table, "series"),
        _truth(table, "prior", False),
        _texts(table, "windows"),
    )


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError(f"{key}: expected a text of {_LONGEST} characters at most, found {value!r:.60}")
    return value


def _truth(table: Mapping[str, object], key: str, default: bool) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise ValueError(f"{key}: expected true or false, found {value!r:.60}")
    return value


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    good = isinstance(value, list) and len(value) <= _LONGEST
    if not good or not all(isinstance(each, str) and 0 < len(each) <= _LONGEST for each in value):  # type: ignore[attr-defined]
        raise ValueError(f"{key}: expected a list of texts, found {value!r:.60}")
    return tuple(value)  # type: ignore[arg-type]


def _expect(good: bool, key: str, expected: str, *found: object) -> None:
    if not good:
        raise ValueError(f"{key}: expected {expected}, found {', '.join(map(str, found))}"[:300])
