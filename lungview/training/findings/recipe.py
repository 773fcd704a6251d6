"""What a training of the findings network is told: a TOML file whose every value can be repeated."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lungview.errors import InputError
from lungview.model.card import FINDINGS
from lungview.training.findings.learn import Plan
from lungview.training.findings.patches import Recipe

# What a stage can draw its patches from, and how likely each is (`material`).
KINDS = ("nodules", "crops", "crop_alarms", "normal", "tumours", "slices", "slice_alarms")


@dataclass(frozen=True, slots=True)
class Data:
    """Where the data lies, from the root: crops and boxes of LIDC, CT series, pictures of a normal scan."""

    crops: str
    boxes: str
    scans: str
    normal: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of steps. It starts from the stage before it. shares: of KINDS."""

    name: str
    shares: Mapping[str, float]
    plan: Plan
    patches: Recipe = field(default_factory=Recipe)


@dataclass(frozen=True, slots=True)
class Training:
    """All stages, and what is said of the model they make."""

    id: str
    name: str
    data: Data
    stages: tuple[Stage, ...]
    version: str = "1.0.0"
    data_note: str = ""
    limits: str = ""
    licence_data: str = ""


def is_findings(path: Path) -> bool:
    """Whether a TOML file trains a findings network. Raises InputError where it cannot be read."""
    return _parsed(path).get("task") == FINDINGS


def read(path: Path) -> Training:
    """The training a TOML file tells. Raises InputError: which value, what was expected."""
    values = _parsed(path)
    try:
        stages = tuple(_stage(s) for s in values.pop("stages"))
        data = Data(**values.pop("data"))
        values.pop("task")
        return Training(data=data, stages=stages, **values)
    except (TypeError, KeyError) as error:
        raise InputError(f"a value of the training is missing or unknown ({error})", path) from error


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"the configuration cannot be read ({error.strerror})", path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the configuration is not TOML ({error})", path) from error


def _stage(values: dict[str, Any]) -> Stage:
    name, shares = values.pop("name"), values.pop("shares")
    unknown = sorted(set(shares) - set(KINDS))
    if unknown:
        raise InputError(f"stage {name}: no such share {unknown[0]}; there are {', '.join(KINDS)}")
    patches, plan = Recipe(**values.pop("patches", {})), Plan(**values)
    if not 0 <= plan.warmup < plan.steps:
        raise InputError(f"stage {name}: a warmup below its {plan.steps} steps expected, found {plan.warmup}")
    return Stage(name, shares, plan, patches)
