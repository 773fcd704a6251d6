"""Class names as people write them → the classes of a task; which classes a label admits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lungview.errors import InputError
from lungview.model.card import ClassLabel

TASK_CLASSES: dict[str, tuple[ClassLabel, ...]] = {
    "subtype": (
        ClassLabel("adenocarcinoma", "Adenocarcinoma", True),
        ClassLabel("large_cell_carcinoma", "Large cell carcinoma", True),
        ClassLabel("squamous_cell_carcinoma", "Squamous cell carcinoma", True),
        ClassLabel("normal", "Normal", False),
    ),
    "nodule": (
        ClassLabel("benign", "Benign", False),
        ClassLabel("malignant", "Malignant", True),
    ),
}

_ALIASES = {
    "adeno": "adenocarcinoma",
    "large_cell": "large_cell_carcinoma",
    "squamous": "squamous_cell_carcinoma",
    "squamous_cell": "squamous_cell_carcinoma",
    "healthy": "normal",
    "cancer": "malignant",
    "tumor": "malignant",
    "tumour": "malignant",
    "bengin": "benign",  # spelled so in the folders of the IQ-OTH set
}
_STAGED = re.compile(r"[ ._-]*(left|right)[ ._](upper|middle|lower|hilum).*|[ ._-]+t\d[a-c]?[ ._-]+n\d.*")


def normalise(name: str) -> str:
    """`Squamous.cell_left.hilum_T1_N2_M0_IIIa` → `squamous_cell_carcinoma`: no stage, case or points."""
    text = _STAGED.sub("", name.strip().lower())
    key = re.sub(r"[^a-z0-9]+", "_", text).strip("_")
    key = re.sub(r"_cases?$", "", key)
    return _ALIASES.get(key, key)


def classes_of(task: str, names: Iterable[str]) -> tuple[ClassLabel, ...]:
    """The classes of a task; for "custom" those that the data names, in alphabetical order."""
    if task in TASK_CLASSES:
        return TASK_CLASSES[task]
    keys = sorted({normalise(n) for n in names})
    malignant = re.compile(r"carcinoma|cancer|malignan|tumou?r|metasta")
    return tuple(ClassLabel(k, k.replace("_", " ").capitalize(), bool(malignant.search(k))) for k in keys)


def admitted(name: str, classes: Sequence[ClassLabel]) -> tuple[bool, ...] | None:
    """Which classes a picture labelled `name` may be of, in the order of `classes`.

    One True is an ordinary label. "malignant" among subtypes admits every malignant class: it trains
    P(cancer) and no subtype. None: a finding this task has no class for (benign disease among subtypes).
    Raises InputError for a name that means nothing to the task.
    """
    key = normalise(name)
    keys = [c.key for c in classes]
    if key in keys:
        return tuple(k == key for k in keys)
    if key == "malignant" and any(c.malignant for c in classes):
        return tuple(c.malignant for c in classes)
    if key == "benign":
        return None
    raise InputError(
        f"class “{name}” is none of {', '.join(keys)}", hint="rename it, or train the task `custom`"
    )
