"""What every test stands on: no screen, no user folders, no network."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Generator
from pathlib import Path

# Before Qt is imported anywhere.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import pytest

from lungview.machine import cpus
from tests.quick import SlowTests, list_of_slow

SHARED = Path(__file__).resolve().parents[2] / "shared"

_number = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-benchmarks", action="store_true", help="run tests/benchmarks")
    parser.addoption("--run-long", action="store_true", help="run what `make test-long` runs")
    parser.addoption("--run-matrix", action="store_true", help="run every file × every kind of report")
    parser.addoption("--quick", action="store_true", help="leave out what is in tests/slow_tests.txt")
    parser.addoption("--note-slow", action="store_true", help="write tests/slow_tests.txt anew")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--note-slow") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SlowTests())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Nothing of a slow file is even imported."""
    if not config.getoption("--quick") or not collection_path.is_relative_to(config.rootpath):
        return None
    return collection_path.relative_to(config.rootpath).as_posix() in list_of_slow() or None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of servers and archives wait much of their time."""
    return cpus() + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        slow = {item for item in items if item.nodeid.partition("[")[0] in list_of_slow()}
        config.hook.pytest_deselected(items=list(slow))
        items[:] = [item for item in items if item not in slow]
    benchmark = pytest.mark.skip(reason="a benchmark: `make bench` runs it")
    long = pytest.mark.skip(reason="a further kind of what is tested: `make test-long` runs it")
    matrix = pytest.mark.skip(reason="minutes long: `make test-matrix` runs it")
    for item in items:
        if "benchmarks" in item.path.parts and not config.getoption("--run-benchmarks"):
            item.add_marker(benchmark)
        if item.get_closest_marker("long") and not config.getoption("--run-long"):
            item.add_marker(long)
        if item.get_closest_marker("matrix") and not config.getoption("--run-matrix"):
            item.add_marker(matrix)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where the real data is promised, a test that skips for the want of it has failed."""
    report = yield
    asked_for = (
        "benchmarks" in item.path.parts
        or item.get_closest_marker("matrix")
        or item.get_closest_marker("long")
    )
    wanted = item.get_closest_marker("shared") and not asked_for
    if report.skipped and os.environ.get("LUNGVIEW_REQUIRE_SHARED") and wanted:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} skipped although the real data is here: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tests' own folders lie; numbered here, as pytest lists all there are to find the next number."""
    return tmp_path_factory.mktemp("tests")


@pytest.fixture(autouse=True)
def _own_home(_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = _folders / f"home{next(_number)}"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("LUNGVIEW_HOME", str(home))


@pytest.fixture
def tmp_path(_folders: Path, request: pytest.FixtureRequest) -> Path:
    """An empty folder of the test's own, as pytest's fixture of that name gives."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = _folders / f"{name}_{next(_number)}"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """The folder of small odd files with known right values; absent on a user's machine, present in CI."""
    folder = SHARED / "cases"
    if not folder.is_dir():
        pytest.skip("the folder of odd files (../shared/cases) is absent")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; absent on a user's machine, present in CI."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real data (../shared/data) is absent")
    return folder
