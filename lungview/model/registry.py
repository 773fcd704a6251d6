"""Which models there are: a folder each, card.json and the weights; index.json says order and default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lungview import paths
from lungview.errors import CardError, LungViewError, ModelError
from lungview.model.card import ModelCard, read_card

INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A model on disk: its card, and the folder that holds card.json and the weights."""

    card: ModelCard
    folder: Path


@dataclass(frozen=True, slots=True)
class Scan:
    """problems: a sentence for each folder that is no usable model; it hides no other model."""

    entries: tuple[Entry, ...]
    problems: tuple[LungViewError, ...]
    default: str

    @property
    def classifiers(self) -> tuple[Entry, ...]:
        """Those that can be asked about a picture."""
        return tuple(e for e in self.entries if e.card.classifies)


def scan() -> Scan:
    """The shipped models in the order of their index, then the user's own by name."""
    entries: dict[str, Entry] = {}
    problems: list[LungViewError] = []
    default, order = _index(paths.models(), problems)
    for folder in (*_folders(paths.models(), order), *_folders(paths.user_models(), ())):
        try:
            card = read_card(folder)
        except CardError as error:
            problems.append(CardError(error.message, error.path or folder / "card.json", error.hint))
            continue
        if card.id in entries:
            problems.append(CardError(f"the id {card.id} is already that of another model", folder))
        else:
            entries[card.id] = Entry(card, folder)
    for entry in [e for e in entries.values() if e.card.ensemble]:
        try:
            _members(entry, entries)
        except CardError as error:
            problems.append(error)
            del entries[entry.card.id]
    return Scan(tuple(entries.values()), tuple(problems), default)


def entries() -> tuple[Entry, ...]:
    """Every usable model."""
    return scan().entries


def find(model: str) -> Entry:
    """The model of that id, "id@version", or in that folder. Raises ModelError, naming those there are."""
    found = entries()
    for entry in found:
        if model in (entry.card.id, entry.card.reference):
            return entry
    if (Path(model) / "card.json").is_file():
        return Entry(read_card(Path(model)), Path(model))
    known = ", ".join(e.card.id for e in found) or "none"
    raise ModelError(f"no model “{model}”; there are: {known}", hint="lungview models list")


def default(task: str = "") -> Entry:
    """The classifier to begin with: the index's default, or the first model of `task`.

    Raises ModelError for none.
    """
    found = scan()
    fitting = [e for e in found.entries if e.card.task == task] if task else list(found.classifiers)
    if not fitting:
        raise ModelError(f"no model for the task {task}" if task else "no models are installed")
    return next((e for e in fitting if e.card.id == found.default), fitting[0])


def members(entry: Entry) -> tuple[Entry, ...]:
    """The networks that answer for a model: itself, or an ensemble's members. Raises CardError.

    An ensemble's are looked for once: the files' hashes are in its card, so they cannot become others.
    """
    if not entry.card.ensemble:
        return (entry,)
    key = (entry.folder, entry.card.id, entry.card.sha256)
    if key not in _KNOWN:
        _KNOWN[key] = _members(entry, {e.card.id: e for e in entries()})
    return _KNOWN[key]


_KNOWN: dict[tuple[Path, str, str], tuple[Entry, ...]] = {}


def _members(entry: Entry, installed: Mapping[str, Entry]) -> tuple[Entry, ...]:
    found = []
    for member in entry.card.ensemble:
        one = installed.get(member.id)
        if one is None or one.card.ensemble:
            raise CardError(f"{entry.card.id}: its member {member.id} is not installed", entry.folder)
        if one.card.sha256 != member.sha256:
            raise CardError(
                f"{entry.card.id}: its member {member.id} is another version "
                f"(SHA-256 {member.sha256[:12]}… expected, {one.card.sha256[:12]}… found)",
                entry.folder,
            )
        if one.card.keys != entry.card.keys:
            raise CardError(f"{entry.card.id}: its member {member.id} has other classes", entry.folder)
        found.append(one)
    return tuple(found)


def write_index(folder: Path, default_id: str, order: tuple[str, ...]) -> None:
    """Write index.json: the default and the order in which models are offered."""
    text = json.dumps({"schema": 1, "default": default_id, "models": list(order)}, indent=1)
    (folder / INDEX).write_text(text + "\n", encoding="utf-8")


def _index(folder: Path, problems: list[LungViewError]) -> tuple[str, tuple[str, ...]]:
    path = folder / INDEX
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return str(data["default"]), tuple(str(name) for name in data["models"])
    except FileNotFoundError:
        return "", ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        problems.append(CardError(f"{INDEX} is not as expected ({error})", path))
        return "", ()


def _folders(root: Path, order: tuple[str, ...]) -> list[Path]:
    try:
        found = [p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")]
    except OSError:
        return []
    rank = {name: i for i, name in enumerate(order)}
    return sorted(found, key=lambda p: (rank.get(p.name, len(rank)), p.name))
