"""Whether a Debian package's Depends bring every library that what is inside asks for.

`ldd` says where the libraries are found, dpkg whose they are. Only as much can be said as this machine
knows: a library that is not installed here is missing, whoever has it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_ELF = b"\x7fELF"
_FOUND = re.compile(r"^\t(\S+) => (\S.*?)(?: \(0x[0-9a-f]+\))?$")
_NAME = re.compile(r"^\s*([a-z0-9][a-z0-9+.-]+)")


def faults(program: Path, depends: str) -> Iterator[str]:
    """Libraries that nothing brings. depends: the control field."""
    outside, missing = asked(program)
    yield from (f"{name} is asked for by {who} and found nowhere" for name, who in sorted(missing.items()))
    brought = closure(depends, installed())
    for path, who in sorted(outside.items()):
        owner = owner_of(path)
        if owner not in brought:
            yield f"{Path(path).name} is asked for by {who}; {owner or 'no package'} is not among Depends"


def asked(program: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Paths of libraries outside the program, and names of those not found: each with one who asks for it."""
    files = [
        path for path in program.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path)
    ]
    # As the program's start-up sets it: libraries that are loaded later find their own kind.
    environment = {**os.environ, "LC_ALL": "C", "LD_LIBRARY_PATH": str(program / "_internal")}
    command = ["ldd", *map(str, files)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True) if files else None
    return parsed(done.stdout if done else "", program)


def parsed(told: str, program: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The same of what `ldd` wrote about several files."""
    outside: dict[str, str] = {}
    missing: dict[str, str] = {}
    who = program.name
    for line in told.splitlines():
        if line.endswith(":") and not line.startswith("\t"):
            who = Path(line[:-1]).name
        elif found := _FOUND.match(line):
            name, where = found.groups()
            if where == "not found":
                missing.setdefault(name, who)
            elif not Path(where).resolve().is_relative_to(program.resolve()):
                outside.setdefault(where, who)
    return outside, missing


def closure(depends: str, known: Mapping[str, str]) -> set[str]:
    """Packages that come with a Depends field. known: that field of each installed package."""
    found: set[str] = set()
    waiting = names(depends)
    while waiting:
        name = waiting.pop()
        if name not in found and name in known:
            found.add(name)
            waiting += names(known[name])
    return found


def names(depends: str) -> list[str]:
    """Every package that a field names, alternatives included."""
    groups: Iterable[str] = re.split(r"[,|]", depends)
    return [found.group(1) for each in groups if (found := _NAME.match(each))]


def installed() -> dict[str, str]:
    """Depends and Pre-Depends of every package on this machine."""
    command = ["dpkg-query", "--show", "--showformat", "${Package}\t${Depends}, ${Pre-Depends}\n"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(line.split("\t", 1) for line in done.stdout.splitlines())


def owner_of(path: str) -> str:
    """The package that has a file, "" where none has; /lib and /usr/lib are the same folder."""
    places = {path, str(Path(path).resolve())}
    places |= {f"/usr{each}" for each in places} | {each.removeprefix("/usr") for each in places}
    for place in sorted(places):
        done = subprocess.run(["dpkg-query", "--search", place], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(":", 1)[0]
    return ""


def _is_elf(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == _ELF
