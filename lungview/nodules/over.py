"""One value laid over another: what a reader says goes before what the study tells."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")


def over(said: D, told: D) -> D:
    """A dataclass with the fields of `said` that are not None, and those of `told` else."""
    known = {name: value for name, value in values(said).items() if value is not None}
    return replace(told, **known)


def values(of: DataclassInstance) -> dict[str, Any]:
    """The fields of a dataclass by name, as they are."""
    return {field.name: getattr(of, field.name) for field in fields(of)}
