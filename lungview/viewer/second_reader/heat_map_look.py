"""How heat maps are painted: as the settings keep it."""

from __future__ import annotations

from dataclasses import dataclass

from lungview.classify.heat.colormaps import DEFAULT, TABLES
from lungview.settings import Settings


@dataclass(frozen=True, slots=True)
class Look:
    """How heat maps are painted: `heatmap.rgba`."""

    opacity: float
    threshold: float
    colours: str


def of_settings(chosen: Settings) -> Look:
    """The look of last time; colours that no longer exist become the usual ones."""
    colours = chosen.heatmap_colours if chosen.heatmap_colours in TABLES else DEFAULT
    return Look(chosen.heatmap_opacity, chosen.heatmap_threshold, colours)


def as_settings(look: Look) -> dict[str, float | str]:
    """The fields of Settings that keep a look."""
    return {
        "heatmap_opacity": look.opacity,
        "heatmap_threshold": look.threshold,
        "heatmap_colours": look.colours,
    }
