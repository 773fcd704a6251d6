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
    for name in check_app["NEEDED"]:
        _file(folder / "_internal" / name, 0)
    return folder


@pytest.mark.parametrize(("rest", "models", "code"), [(340, 165, 0), (341, 0, 1), (100, 166, 1)])
def test_340_mb_without_models_and_165_of_models_are_the_limits(tmp_path, rest, models, code) -> None:
    assert check_app["main"](_program(tmp_path, rest, models)) == code


def test_it_prints_both_sizes_and_the_largest_parts(tmp_path: Path, capsys) -> None:
    check_app["main"](_program(tmp_path, 300, 40))
    printed = capsys.readouterr().out
    assert "290.0 MB  cv2" in printed
    assert "300.0 MB  without models, at most 340" in printed
    assert "40.0 MB  models, at most 165" in printed
    assert "340.0 MB  in all" in printed


def test_a_file_reached_by_a_link_counts_once(tmp_path: Path) -> None:
    program = _program(tmp_path, 100, 0)
    (program / "_internal" / "library.so").symlink_to("cv2/library.so")
    assert check_app["size"](program) == 100.0


@pytest.mark.parametrize("name", ["tensorflow/x.py", "libavcodec.so.62", "libreadline.so.8", "libQt6Qml.so"])
def test_what_the_program_must_not_hold_is_named(tmp_path: Path, capsys, name: str) -> None:
    program = _program(tmp_path, 100, 0)
    _file(program / "_internal" / name, 0)
    assert check_app["main"](program) == 1
    assert f"_internal/{name} should not be inside" in capsys.readouterr().err


def test_a_missing_licence_list_is_named(tmp_path: Path, capsys) -> None:
    program = _program(tmp_path, 100, 0)
    (program / "_internal" / "licences" / "THIRD-PARTY.txt").unlink()
    assert check_app["main"](program) == 1
    assert "licences/THIRD-PARTY.txt is missing" in capsys.readouterr().err


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path, capsys) -> None:
    program = _program(tmp_path, 100, 0)
    (program / "_internal" / "gone.so").symlink_to("nowhere.so")
    assert check_app["main"](program) == 1
    assert "_internal/gone.so leads nowhere" in capsys.readouterr().err


def test_no_program_is_an_error(tmp_path: Path) -> None:
    assert check_app["main"](tmp_path / "nowhere") == 1
