"""What a guideline says: a recommendation, a question, or that it has nothing for these facts."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a guideline says. rule: the row it is from. inputs: label and value of each fact used.

    edited: what the reader wrote in its place; the rest stays as it was found.
    """

    guideline: str
    source: str
    category: str
    text: str
    rule: str
    inputs: tuple[tuple[str, str], ...]
    edited: str = ""

    @property
    def title(self) -> str:
        """What is recommended by: "Lung-RADS v2022, category 3"."""
        return f"{self.guideline}, category {self.category}" if self.category else self.guideline

    @property
    def said(self) -> str:
        """What is recommended: the reader's own words before the guideline's."""
        return self.edited or self.text

    def __str__(self) -> str:
        """As it is reported: "Lung-RADS v2022, category 3: 6-month LDCT."."""
        return f"{self.title}: {self.said}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be known first: names of facts and their labels."""

    guideline: str
    names: tuple[str, ...]
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.guideline} asks: " + ", ".join(self.labels)


@dataclass(frozen=True, slots=True)
class NoRule:
    """The guideline has nothing for these facts, and why. benign: because they are harmless."""

    guideline: str
    reason: str
    benign: bool = False

    def __str__(self) -> str:
        return f"{self.guideline}: {self.reason}"


Advice = Recommendation | Asked | NoRule


def set_by_reader(advice: Advice, text: str, category: str = "") -> Recommendation:
    """What a reader writes in the place of a recommendation, or where there is none."""
    if isinstance(advice, Recommendation):
        return replace(advice, edited=text, category=category or advice.category)
    return Recommendation(advice.guideline, "", category, text, "set by the reader", (), edited=text)
