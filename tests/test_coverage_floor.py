"""The floor of every file's coverage: what is below it fails, and it only rises."""

from __future__ import annotations

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def tool(tmp_path: Path) -> ModuleType:
    loader = SourceFileLoader("coverage_floor", str(ROOT / "tools" / "coverage-floor"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    made = module_from_spec(spec)
    loader.exec_module(made)
    made.FLOORS = tmp_path / "floor.json"  # type: ignore[attr-defined]
    made.FLOORS.write_text('{"a.py": 80, "gone.py": 90}')
    return made


def _report(tmp_path: Path, **percents: float) -> str:
    files = {f"{name}.py": {"summary": {"percent_covered": percent}} for name, percent in percents.items()}
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"files": files}))
    return str(path)


@pytest.mark.parametrize(
    ("percents", "rc"), [({"a": 80}, 0), ({"a": 78}, 1), ({"a": 90, "new": 60}, 0), ({"a": 90, "new": 40}, 1)]
)
def test_a_file_below_its_floor_fails(
    tool: ModuleType, tmp_path: Path, percents: dict[str, float], rc: int
) -> None:
    assert tool.main(_report(tmp_path, **percents)) == rc


def test_floors_rise_and_never_fall(tool: ModuleType, tmp_path: Path) -> None:
    tool.main(_report(tmp_path, a=70, new=95.9), "--raise")
    assert json.loads(tool.FLOORS.read_text()) == {"a.py": 80, "new.py": 95}


def test_every_floor_is_of_a_file_that_is_there() -> None:
    floors = json.loads((ROOT / "tests" / "coverage_floor.json").read_text("utf-8"))
    assert [name for name in floors if not (ROOT / name).exists()] == []
    assert sum(floors.values()) / len(floors) > 85
