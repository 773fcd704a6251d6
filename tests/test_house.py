"""The rules of the house: rooms and files stay small, modules have tests, CONTRIBUTING says what is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE, TESTS = ROOT / "lungview", ROOT / "tests"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name not in {"__init__.py", "__main__.py"})
FILES = [*MODULES, *sorted(TESTS.rglob("*.py"))]

MOST_IN_A_ROOM, MOST_LINES, MOST_OF_A_FUNCTION = 12, 300, 40
TOPS = {"lungview", "tests"}  # what every room stands on
UNTESTED = Path(__file__).with_name("untested_modules.txt")


def _rooms() -> list[str]:
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in FILES}
    return sorted(rooms - TOPS)


@pytest.mark.parametrize("room", _rooms())
def test_a_room_holds_twelve_files_at_most(room: str) -> None:
    assert len(list((ROOT / room).glob("*.py"))) <= MOST_IN_A_ROOM


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name for name, lines in lengths.items() if lines > MOST_LINES} == set()


def test_no_function_is_longer_than_40_lines() -> None:
    long = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and _lines_of_code(node) > MOST_OF_A_FUNCTION:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert long == []


def _lines_of_code(function: ast.FunctionDef) -> int:
    """From the first statement after the docstring to the end."""
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


def test_every_module_has_a_test_but_for_a_list_that_only_shrinks() -> None:
    """A test file of its name, or a test that imports it; a module that has one by now leaves the list."""
    tests = [path for path in TESTS.rglob("*.py") if path.name != Path(__file__).name]
    names = {path.stem for path in tests}
    named = set().union(*(_named(path.read_text("utf-8")) for path in tests))
    without = {
        module
        for path in MODULES
        if f"test_{path.stem}" not in names and (module := _dotted(path)) not in named
    }
    assert without == set(UNTESTED.read_text("utf-8").split())


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _named(text: str) -> set[str]:
    """Every module that the text names whole, the rooms it lies in, and what a line imports from a room."""
    found = set()
    for dotted in re.findall(r"\blungview(?:\.\w+)+", text):
        parts = dotted.split(".")
        found |= {".".join(parts[:n]) for n in range(2, len(parts) + 1)}
    for room, names in re.findall(r"\bfrom (lungview[\w.]*) import ([^\n]*)", text):
        found |= {f"{room}.{name}" for name in re.findall(r"\w+", names)}
    return found


def _table() -> list[str]:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (?!add |-)(.*) \|$", text.split("## Adding one thing")[1], re.MULTILINE)
    assert len(rows) >= 9
    return rows


@pytest.mark.parametrize("row", _table())
def test_every_path_and_name_of_contributing_exists(row: str) -> None:
    words = re.findall(r"`([^`]+)`", row)
    paths = [word for word in words if "/" in word]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    files = [ROOT / path for path in paths if (ROOT / path).is_file() and path.endswith(".py")]
    names = [word for word in words if word.isidentifier()]
    text = "".join(file.read_text("utf-8") for file in files)
    assert [name for name in names if name not in text] == []


def test_every_feature_that_is_claimed_names_the_test_that_holds_it() -> None:
    rows = re.findall(
        r"^\| (.+?) \| ([✓◐–]) \| (.*?) ?\|$", (ROOT / "docs/features.md").read_text("utf-8"), re.M
    )
    assert len(rows) > 30
    for feature, state, held_by in rows:
        named = re.findall(r"`([^`]+)`", held_by)
        assert bool(named) == (state != "–"), feature
        assert [path for path in named if not _has_tests(ROOT / path)] == [], feature


def _has_tests(path: Path) -> bool:
    files = [path] if path.is_file() else path.rglob("test_*.py")
    return any(re.search(r"^(?:async )?def test_", file.read_text("utf-8"), re.M) for file in files)
