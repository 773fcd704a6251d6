"""`make app` fails on a program larger than it may be, and says what is large."""

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "check_app.py"
check_app = runpy.run_path(str(SCRIPT))


def _file(path: Path, megabytes: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(megabytes * 1_000_000)  # no space is used on the disk


def _program(folder: Path, rest: int, models: int) -> Path:
    _file(folder / "lungview", 10)
    _file(folder / "_internal" / "cv2" / "library.so", rest - 10)
    _file(folder / "_internal" / "models" / "one" / "model.tflite", models)
    _file(folder / "_internal" / "models" / "index.json", 0)
    return folder


@pytest.mark.parametrize(
    ("rest", "models", "code"), [(330, 120, 0), (331, 0, 1), (330, 121, 1), (300, 150, 0)]
)
def test_330_mb_without_models_and_450_with_them_are_the_limits(tmp_path, rest, models, code) -> None:
    assert check_app["main"](_program(tmp_path, rest, models)) == code


def test_it_prints_both_sizes_and_the_largest_parts(tmp_path: Path, capsys) -> None:
    check_app["main"](_program(tmp_path, 300, 40))
    printed = capsys.readouterr().out
    assert "290.0 MB  cv2" in printed
    assert "300.0 MB  without models, at most 330" in printed
    assert "340.0 MB  with all models (40.0), at most 450" in printed


def test_a_file_reached_by_a_link_counts_once(tmp_path: Path) -> None:
    program = _program(tmp_path, 100, 0)
    (program / "_internal" / "library.so").symlink_to("cv2/library.so")
    assert check_app["size"](program) == 100.0


def test_no_program_is_an_error(tmp_path: Path) -> None:
    assert check_app["main"](tmp_path / "nowhere") == 1
