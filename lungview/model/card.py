"""ModelCard: everything a model says of itself, checked field by field, to and from card.json."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lungview.errors import CardError
from lungview.image.window import Window

SCHEMA = 1
CLASSIFIERS = ("subtype", "nodule", "custom")  # one picture, probabilities of classes
FINDINGS = "findings"  # a series, maps of where something may be
MALIGNANCY = "malignancy"  # an outlined nodule in HU; takes numbers, no picture
TASKS = (*CLASSIFIERS, FINDINGS, MALIGNANCY)
FITS = ("pad", "stretch")
SCALES = ("0..1", "-1..1", "0..255", "imagenet")
PREPARATIONS = ("body", "whole", "box")


@dataclass(frozen=True, slots=True)
class ClassLabel:
    """One output of the network. key: stable, for scripts; text: for people."""

    key: str
    text: str
    malignant: bool


@dataclass(frozen=True, slots=True)
class SmallPoint:
    """What a small finding is called from: its score grows with its size, whatever it is.

    extent_mm: up to which it is small, by the detector's own map (`Candidate.extent_mm`). threshold: of its
    score, in [0, 1].
    """

    extent_mm: float
    threshold: float


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """When a class is called.

    threshold: probability of malignancy (the sum over malignant classes), or score of a finding, at or above
    which the verdict is malignant, in [0, 1]. uncertain: [low, high] around it; inside, the verdict is
    "uncertain". small: of findings, beside the threshold.
    """

    threshold: float = 0.5
    uncertain: tuple[float, float] = (0.4, 0.6)
    small: SmallPoint | None = None

    def calls(self, score: float, extent_mm: float | None) -> bool:
        """Whether a finding of that score, and extent on the detector's map where it is known, is called."""
        small = self.small
        if small is not None and extent_mm is not None and extent_mm <= small.extent_mm:
            return score >= min(small.threshold, self.threshold)
        return score >= self.threshold

    def words(self) -> str:
        """ "0.45, small ones (16 mm on the map) 0.30": from which scores findings are called."""
        if self.small is None:
            return f"{self.threshold:.2f}"
        small = f"small ones ({self.small.extent_mm:g} mm on the map) {self.small.threshold:.2f}"
        return f"{self.threshold:.2f}, {small}"


@dataclass(frozen=True, slots=True)
class Member:
    """A model that an ensemble is made of, by the hash of its file."""

    id: str
    sha256: str


def combined_sha256(members: Iterable[str]) -> str:
    """What stands for an ensemble's file: the SHA-256 of its members' SHA-256 in hex, in order."""
    return hashlib.sha256("".join(members).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the card.json of a model folder says.

    classes: in the order of the outputs; of a findings model, what its
    maps show. input_size: (rows, columns) px. channels: 1 or 3 (grey repeated).
    preparation: "body" = find the body and crop to it, "whole" = the whole slice, "box" = the reader's box.
    window: modality values → [0, 1] before the preparation, for slices in HU.
    fit: "pad" keeps the aspect, "stretch" does not. scale: of the values the network takes.
    temperature: calibration, already inside the exported graph; kept for the record (1 = none).
    mirrored: the picture and its mirror image, left for right, are both judged; the answer is their mean.
    ood_threshold: suitability scores above it are refused; inf = the model has no gate.
    metrics: {"test": {"n":…, "accuracy":…, "ci95": {…}}, …}, the leakage-free test first.
    ensemble: the members, all answering for the same classes; such a card has no file of its own, and its
    sha256 is `combined_sha256` of theirs.
    """

    id: str
    name: str
    version: str
    task: str
    architecture: str
    classes: tuple[ClassLabel, ...]
    input_size: tuple[int, int]
    channels: int = 3
    preparation: str = "body"
    window: Window = field(default_factory=lambda: Window(-300.0, 1400.0, name="Preparation"))
    fit: str = "pad"
    scale: str = "-1..1"
    modalities: tuple[str, ...] = ("CT",)
    accepts_raster: bool = True
    temperature: float = 1.0
    mirrored: bool = False
    calibrated: bool = False
    operating_point: OperatingPoint = field(default_factory=OperatingPoint)
    ood_threshold: float = float("inf")
    file: str = "model.tflite"
    sha256: str = ""
    size: int = 0
    ensemble: tuple[Member, ...] = ()
    data: str = ""
    split: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    intended_use: str = ""
    limits: str = ""
    licence_data: str = ""
    licence_weights: str = ""

    def __post_init__(self) -> None:
        _check(self)

    @property
    def classifies(self) -> bool:
        """Whether it answers for a picture with probabilities of its classes."""
        return self.task in CLASSIFIERS

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(c.key for c in self.classes)

    @property
    def reference(self) -> str:
        """Model and version, as results and reports print it."""
        return f"{self.id}@{self.version}"


def _require(ok: bool, name: str, expected: str, found: object) -> None:
    if not ok:
        raise CardError(f"card.json: {name} must be {expected}, not {found!r}")


def _check(card: ModelCard) -> None:
    _require(card.task in TASKS, "task", f"one of {TASKS}", card.task)
    _require(card.fit in FITS, "fit", f"one of {FITS}", card.fit)
    _require(card.scale in SCALES, "scale", f"one of {SCALES}", card.scale)
    _require(card.preparation in PREPARATIONS, "preparation", f"one of {PREPARATIONS}", card.preparation)
    _require(card.channels in (1, 3), "channels", "1 or 3", card.channels)
    _require(len(card.classes) >= 2, "classes", "two or more", len(card.classes))
    _require(len(set(card.keys)) == len(card.classes), "classes", "keys that differ", card.keys)
    _require(all(16 <= n <= 2048 for n in card.input_size), "input_size", "16 to 2048", card.input_size)
    _require(card.temperature > 0, "temperature", "above 0", card.temperature)
    _require(isinstance(card.mirrored, bool), "mirrored", "true or false", card.mirrored)
    low, high = card.operating_point.uncertain
    _require(0 <= low <= high <= 1, "operating_point.uncertain", "low ≤ high in 0…1", (low, high))
    threshold = card.operating_point.threshold
    _require(0 <= threshold <= 1, "operating_point.threshold", "in 0…1", threshold)
    if (small := card.operating_point.small) is not None:
        _require(0 <= small.threshold <= 1, "operating_point.small.threshold", "in 0…1", small.threshold)
        _require(0 < small.extent_mm <= 200, "operating_point.small.extent_mm", "0 to 200", small.extent_mm)
    _require(
        "/" not in card.file and "\\" not in card.file, "file", "a name in the model's folder", card.file
    )
    _require(len(card.sha256) == 64, "sha256", "64 hex digits", card.sha256)
    if card.ensemble:
        combined = combined_sha256(m.sha256 for m in card.ensemble)
        _require(card.sha256 == combined, "sha256", f"that of the members, {combined}", card.sha256)


def to_json(card: ModelCard) -> dict[str, Any]:
    """The card as plain JSON values; what is not finite becomes null."""
    data = dataclasses.asdict(card)
    w = card.window
    data["window"] = {"center": w.center, "width": w.width, "name": w.name}
    if card.operating_point.small is None:
        del data["operating_point"]["small"]
    data["ood_threshold"] = None if card.ood_threshold == float("inf") else card.ood_threshold
    return {"schema": SCHEMA, **data}


def from_json(data: Mapping[str, Any]) -> ModelCard:
    """The card of a parsed card.json. Raises CardError: which field, what was expected, what was found."""
    _require(isinstance(data, Mapping), "the file", "a JSON object", type(data).__name__)
    _require(data.get("schema") == SCHEMA, "schema", str(SCHEMA), data.get("schema"))
    known = {f.name: f for f in dataclasses.fields(ModelCard)}
    values: dict[str, Any] = {k: v for k, v in data.items() if k in known}
    for name, f in known.items():
        required = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        _require(name in values or not required, name, "present", None)
    try:
        return ModelCard(**_typed(values))
    except (TypeError, ValueError, KeyError) as error:
        raise CardError(f"card.json: a field has the wrong type or value ({error})") from error


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    values["classes"] = tuple(
        ClassLabel(c["key"], c["text"], bool(c["malignant"])) for c in values["classes"]
    )
    rows, columns = values["input_size"]
    values["input_size"] = (int(rows), int(columns))
    if "modalities" in values:
        values["modalities"] = tuple(str(v) for v in values["modalities"])
    if "ensemble" in values:
        values["ensemble"] = tuple(Member(str(m["id"]), str(m["sha256"])) for m in values["ensemble"])
    if "window" in values:
        w = values["window"]
        values["window"] = Window(float(w["center"]), float(w["width"]), name=w.get("name", ""))
    if "operating_point" in values:
        point = values["operating_point"]
        low, high = point["uncertain"]
        small = point.get("small")
        values["operating_point"] = OperatingPoint(
            float(point["threshold"]),
            (float(low), float(high)),
            SmallPoint(float(small["extent_mm"]), float(small["threshold"])) if small else None,
        )
    if values.get("ood_threshold", 0) is None:
        values["ood_threshold"] = float("inf")
    return values


def read_card(folder: Path) -> ModelCard:
    """The card of a model folder. Raises CardError."""
    path = folder / "card.json"
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CardError(f"no readable card.json ({error.strerror})", path) from error
    except ValueError as error:
        raise CardError(f"card.json is not JSON ({error})", path) from error


@lru_cache(maxsize=64)
def _parsed(text: str) -> ModelCard:
    """Kept by the text: the same cards are listed again with every window."""
    return from_json(json.loads(text))
