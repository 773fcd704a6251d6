"""Which keys do what: defaults and the user's own, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from PySide6.QtGui import QKeySequence


def normal(key: str) -> str:
    """A key as QKeySequence spells it, "ctrl+d" → "Ctrl+D"; "" when it is none."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


@dataclass(frozen=True)
class Bindings:
    """Keys of every action.

    defaults: action → keys. own: only what differs. No key may have two owners: Qt would call neither.
    """

    defaults: Mapping[str, tuple[str, ...]]
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, action: str) -> tuple[str, ...]:
        """The keys in force."""
        return tuple(normal(key) for key in self.own.get(action, self.defaults.get(action, ())))

    def owner(self, key: str) -> str:
        """The action a key belongs to; "" when it is free."""
        return next((action for action in self.defaults if normal(key) in self.keys(action)), "")

    def given(self, action: str, key: str) -> Bindings:
        """With a key added to an action and taken from whichever had it. ValueError when it is no key."""
        added = normal(key)
        if not added:
            raise ValueError(f"{key!r} is no key")
        before = self.owner(added)
        if before == action:
            return self
        freed = self.taken(before, added) if before else self
        return freed._with(action, (*freed.keys(action), added))

    def taken(self, action: str, key: str) -> Bindings:
        """With a key taken from an action."""
        return self._with(action, tuple(each for each in self.keys(action) if each != normal(key)))

    def reset(self, action: str) -> Bindings:
        """With the default keys of one action, taken back from whichever has them now."""
        bare = self._with(action, ())
        for key in self.defaults[action]:
            bare = bare.given(action, key)
        return bare

    def clashes(self) -> dict[str, tuple[str, ...]]:
        """Keys with more than one owner: key → actions. A file edited by hand may hold such."""
        owners: dict[str, list[str]] = {}
        for action in self.defaults:
            for key in self.keys(action):
                owners.setdefault(key, []).append(action)
        return {key: tuple(actions) for key, actions in owners.items() if len(actions) > 1}

    def _with(self, action: str, keys: tuple[str, ...]) -> Bindings:
        own = {each: kept for each, kept in self.own.items() if each != action}
        if keys != tuple(normal(key) for key in self.defaults.get(action, ())):
            own[action] = keys
        return replace(self, own=MappingProxyType(own))
