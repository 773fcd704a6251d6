"""Offer: the models that a server answers with, chosen when it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lungview.errors import ModelError
from lungview.model import registry
from lungview.model.registry import Entry
from lungview.serve.problem import Problem


@dataclass(frozen=True, slots=True)
class Offer:
    """entries: in the registry's order. default: id of the classifier to begin with, "" for none."""

    entries: tuple[Entry, ...]
    default: str = ""

    def find(self, name: str = "", task: str = "") -> Entry:
        """A model by its id alone: a name that is a folder of this machine is none.

        name: "" is the default, of a task where one is given. Raises Problem.
        """
        if not name:
            return self._default(task)
        for entry in self.entries:
            if name in (entry.card.id, entry.card.reference):
                return entry
        known = ", ".join(e.card.id for e in self.entries) or "none"
        raise Problem(404, "NoSuchModel", f"no model “{name[:60]}”; there are: {known}")

    def _default(self, task: str) -> Entry:
        fitting = [e for e in self.entries if (e.card.task == task if task else e.card.classifies)]
        if not fitting:
            raise Problem(404, "NoSuchModel", f"no model for {task or 'pictures'} is offered here")
        return next((e for e in fitting if e.card.id == self.default), fitting[0])


def installed(names: Sequence[str] = ()) -> Offer:
    """All installed models, or those named. Raises ModelError for a name that is none, and for no model."""
    found = registry.scan()
    if not found.entries:
        raise ModelError("no models are installed")
    wanted = {registry.find(name).card.id for name in names}
    entries = tuple(e for e in found.entries if not wanted or e.card.id in wanted)
    classifiers = [e.card.id for e in entries if e.card.classifies]
    default = found.default if found.default in classifiers else next(iter(classifiers), "")
    return Offer(entries, default)
