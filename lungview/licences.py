"""The third-party components of this installation and their licences, for Help → About.

The built program carries the list made for it (`packaging/licences.py`, which knows what was really packed);
elsewhere it is what the installed packages say of themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from lungview import __version__, paths

LIST, BILL = "THIRD-PARTY.txt", "sbom.cdx.json"
RULE = "=" * 78
_LICENCE_FILE = re.compile(r"(^|/)(licen[cs]es?/.+|(licen[cs]e|copying|notice)[^/]*)$", re.IGNORECASE)
_EXTRA = re.compile(r";.*\bextra\s*==")


@dataclass(frozen=True, slots=True)
class Component:
    """name, version ("" when it has none), licence: what it states, text: its licence and notice files."""

    name: str
    version: str
    licence: str
    text: str

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}".strip()


def components() -> tuple[Component, ...]:
    """What this installation holds, by name."""
    record = paths.bundle() / "licences"
    if (record / LIST).is_file() and (record / BILL).is_file():
        return read(record)
    return tuple(sorted(_installed("lungview"), key=lambda each: each.name.lower()))


def bill_of_materials() -> dict[str, Any]:
    """CycloneDX 1.5 of the same: the built program's own, else made from the installed packages."""
    record = paths.bundle() / "licences" / BILL
    if record.is_file():
        return dict(json.loads(record.read_text(encoding="utf-8")))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "lungview", "version": __version__}},
        "components": [entry(each, f"pkg:pypi/{each.name.lower()}@{each.version}") for each in components()],
    }


def entry(component: Component, purl: str = "") -> dict[str, Any]:
    """A component as CycloneDX lists it."""
    found: dict[str, Any] = {"type": "library", "name": component.name, "version": component.version}
    found["licenses"] = [{"license": {"name": component.licence}}]
    return {**found, "purl": purl} if purl else found


def write(folder: Path, found: Iterable[Component], bill: dict[str, Any]) -> None:
    """Both files, as `read` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [f"{RULE}\n{each.title}\n{each.licence}\n{RULE}\n{each.text.strip()}\n" for each in found]
    head = "LungView contains these components.\n\n"
    (folder / LIST).write_text(head + "\n".join(blocks), encoding="utf-8")
    (folder / BILL).write_text(json.dumps(bill, indent=1), encoding="utf-8")


def read(folder: Path) -> tuple[Component, ...]:
    """The components of a list that `write` wrote, with their texts."""
    text = (folder / LIST).read_text(encoding="utf-8")
    block = re.compile(rf"^{RULE}\n(.+)\n(.+)\n{RULE}\n", re.MULTILINE)
    parts = block.split(text)[1:]
    found = []
    for title, licence, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        name, _, version = title.rpartition(" ")
        found.append(Component(name or version, version if name else "", licence, body.strip()))
    return tuple(found)


def of_package(package: Distribution) -> Component:
    """What an installed package says of itself."""
    files = [file for file in package.files or [] if _LICENCE_FILE.search(file.as_posix())]
    texts = [Path(str(file.locate())).read_text(encoding="utf-8", errors="replace") for file in files]
    return Component(package.name, package.version, _stated(package), "\n\n".join(t.strip() for t in texts))


def _stated(package: Distribution) -> str:
    """SPDX expression, else classifiers, else the licence field's first line."""
    meta = package.metadata
    if "License-Expression" in meta:
        return meta["License-Expression"]
    classifiers = meta.get_all("Classifier") or []
    named = [each.rsplit(" :: ", 1)[-1] for each in classifiers if each.startswith("License ::")]
    field = meta["License"].strip().splitlines() if "License" in meta else []
    return ", ".join(named) or (field[0][:80] if field else "not stated")


def _installed(name: str) -> Iterator[Component]:
    """The packages that `name` needs, and those that they need; extras and what is not installed left out."""
    seen, ahead = {name}, [name]
    while ahead:
        package = _distribution(ahead.pop())
        if package is None:
            continue
        if package.name != name:
            yield of_package(package)
        for requirement in package.requires or []:
            needed = re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")
            if needed not in seen and not _EXTRA.search(requirement):
                seen.add(needed)
                ahead.append(needed)


def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:  # another platform's
        return None
