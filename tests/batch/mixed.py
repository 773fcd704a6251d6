"""A folder as it comes from a hospital's share: pictures, DICOM, and everything that is neither."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

from lungview.image import phantom
from tests.batch.conftest import picture

SHARES = {"png": 60, "dicom": 20, "text": 8, "broken": 5, "empty": 3, "hidden": 2, "cut dicom": 1, "gone": 1}
"""Of a hundred files."""
PICTURES = 16  # different ones; most of the time would go into drawing


def mixed_folder(root: Path, count: int) -> Counter[str]:
    """Fill a folder with `count` files below folders of a hundred each; how many of each kind there are.

    With loops of links between the folders, and, where the system has them, names that are no text.
    """
    made = _Maker(root)
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    for number in range(count):
        folder = root / f"{number // 100:03d} Ünï 中文"
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / "back").symlink_to(root)
            (folder / "itself").symlink_to(folder)
        made.file(kinds[number % 100], folder, number)
    return Counter(kinds[number % 100] for number in range(count))


class _Maker:
    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True)
        templates = root.parent / f"{root.name}-templates"
        templates.mkdir()
        pictures = [picture(templates / f"{n}.png", n) for n in range(PICTURES)]
        self._pngs = [path.read_bytes() for path in pictures]
        phantom.write_series(templates / "ct", phantom.Thorax(slices=PICTURES, matrix=64))
        self._dicoms = [path.read_bytes() for path in sorted((templates / "ct").rglob("*.dcm"))]

    def file(self, kind: str, folder: Path, number: int) -> None:
        png, dicom = self._pngs[number % PICTURES], self._dicoms[number % PICTURES]
        name, content = {
            "png": (f"{number}.png", png),
            "dicom": (f"{number:08d}", dicom),
            "text": (f"{number} notes.txt", b"no picture"),
            "broken": (f"{number} broken.png", png[: len(png) // 2]),
            "empty": (f"{number} empty.dcm", b""),
            "hidden": (f".{number}.DS_Store", b"\0\0\0\1Bud1"),
            "cut dicom": (f"{number} cut.dcm", dicom[:-2000]),
            "gone": (f"{number} gone.png", b""),
        }[kind]
        if kind == "gone":
            (folder / name).symlink_to(folder / "never was")
            return
        raw = os.fsencode(folder / name)
        if sys.platform == "linux" and number % 10 == 7:
            raw = os.fsencode(folder) + b"/\xff\xfe " + os.fsencode(name)
        Path(os.fsdecode(raw)).write_bytes(content)
