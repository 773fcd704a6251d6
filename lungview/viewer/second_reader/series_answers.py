"""What a model said of a whole series: found again by the series, all its slices, and the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lungview.classify.series import SeriesAnswer
from lungview.image.slice import Instance
from lungview.model.registry import Entry
from lungview.study.key import SeriesId, series_id

if TYPE_CHECKING:
    from lungview.study.series import Series

Asked = tuple[SeriesId | None, tuple[Instance, ...], str]
"""Which series, all its slices, which model."""


def asked(series: Series | None, instances: Iterable[Instance], entry: Entry | None) -> Asked:
    """A series that has grown since, or another model, is another question."""
    model = entry.card.reference if entry else ""
    return (series_id(series) if series else None), tuple(instances), model


class SeriesAnswers:
    """The answers of one session."""

    def __init__(self) -> None:
        self._held: dict[Asked, SeriesAnswer] = {}

    def of(self, question: Asked) -> SeriesAnswer | None:
        """None where nothing was said yet."""
        return self._held.get(question)

    def keep(self, question: Asked, answer: SeriesAnswer) -> None:
        """Hold an answer; it takes the place of an earlier one."""
        self._held[question] = answer
