"""The models to choose from, those of one task together."""

from __future__ import annotations

from collections.abc import Sequence

from lungview.model.registry import Entry

SUBTYPE, NODULE, OTHER = "subtype", "nodule", ""


def grouped(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Tasks (SUBTYPE, NODULE, else OTHER), each with its models, both in the order they first come in."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        task = entry.card.task if entry.card.task in (SUBTYPE, NODULE) else OTHER
        groups.setdefault(task, []).append(entry)
    return list(groups.items())
