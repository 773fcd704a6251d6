"""The rows of the list of odd inputs (`shared/cases/CASES.md`), and the checks that stand for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

Check = Callable[[Path, Path], None]  # the case's folder or file; an empty folder of the test's own
Table = dict[str, Check]


def checks(table: Table, *names: str) -> Callable[[Check], Check]:
    """Put a check into a table, under the names of the rows it is for."""

    def put(check: Check) -> Check:
        for name in names:
            assert name not in table, f"two checks for {name}"
            table[name] = check
        return check

    return put


def section(text: str, title: str) -> list[str]:
    """The first cells of the table under a heading, the head of the table left out."""
    body = text.split(f"## {title}", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1].strip() for line in body.splitlines() if line.startswith("|")]
    return [row for row in rows[1:] if set(row) - {"-"}]


def names(cell: str) -> list[str]:
    """The names in a cell: "a, b", "a · b", "a_1, _2" for a_1 and a_2, "a/DIR" for a; "x_*" as it is."""
    found: list[str] = []
    for part in re.split(r"\s*[,·]\s*", cell):
        name = part.strip("/ ").split("/")[0]
        found.append(found[-1].rsplit("_", 1)[0] + name if name.startswith("_") else name)
    return found


def without_check(wanted: Iterable[str], table: Table) -> list[str]:
    """Rows that no check stands for; a row "x_*" wants one whose name begins so."""
    return [
        name
        for name in wanted
        if name not in table and not (name.endswith("*") and any(n.startswith(name[:-1]) for n in table))
    ]
