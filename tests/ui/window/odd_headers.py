"""Files whose headers name several pictures alike, made of the phantom."""

from __future__ import annotations

from pathlib import Path

from pydicom import Dataset

from lungview.image import phantom


def write(folder: Path, slices: int = 4, **changes: str) -> list[Path]:
    """The phantom's series in a folder, every file with the same changes; in the order of the slices."""

    def change(dataset: Dataset, _: int) -> None:
        for keyword, value in changes.items():
            setattr(dataset, keyword, value)

    return phantom.write_series(folder, phantom.Thorax(slices=slices, matrix=64), change=change)
