"""British Thoracic Society 2015, as text to be read beside a nodule."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from lungview.nodules.guidelines.table import guideline_file


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """title: with the year. source: where it was published."""

    title: str
    source: str
    steps: tuple[Step, ...]


@lru_cache(maxsize=1)
def text() -> Text:
    """The guideline in five steps."""
    with guideline_file("bts_2015").open("rb") as file:
        data = tomllib.load(file)
    steps = tuple(Step(step["title"], step["text"]) for step in data["step"])
    return Text(f"{data['name']} {data['version']}", data["source"], steps)
