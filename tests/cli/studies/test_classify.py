"""`lungview classify` as users script it: one JSON object a line, stable keys, stable exit codes."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview import cli, paths
from lungview.classify.classify import classify
from lungview.classify.heat import heatmap
from lungview.image.phantom import Thorax, write_multiframe, write_pngs, write_series
from lungview.model import registry

TINY = Path(__file__).parents[2] / "data" / "tiny_model"
THORAX = Thorax(slices=3, matrix=128)


@pytest.fixture(autouse=True)
def _installed() -> None:
    shutil.copytree(TINY, paths.user_models() / "tiny")


def run(capsys, *arguments: object) -> tuple[int, list[dict]]:
    code = cli.main(["classify", "--model", "tiny", "--json", *map(str, arguments)])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_file_gives_one_line_with_the_documented_keys(capsys, tmp_path):
    file = write_series(tmp_path, THORAX)[1]
    code, (line,) = run(capsys, file, "--override")
    assert code == 0
    assert (line["path"], line["frame"], line["model"]) == (str(file), 0, "tiny")
    assert line["classes"] == ["bright", "dark", "plain"]
    assert sum(line["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert line["label"] in line["classes"]
    assert line["verdict"] in ("called", "uncertain")
    assert isinstance(line["overridden"], bool)
    assert set(line["suitability"]) >= {"score", "threshold", "reasons"}
    assert set(line["seconds"]) == {"read", "prepare", "infer"}
    assert isinstance(line["suitable"], bool)


def test_the_command_line_says_what_the_core_says(capsys, tmp_path):
    file = write_series(tmp_path, THORAX)[1]
    _, (line,) = run(capsys, file, "--override")
    found = classify(file, registry.find("tiny"), override=True).prediction
    assert tuple(line["probabilities"]) == found.probabilities
    assert line["verdict"] == found.verdict.value


def test_a_folder_is_taken_recursively(capsys, tmp_path):
    write_series(tmp_path / "a" / "b", THORAX)
    write_pngs(tmp_path / "c", THORAX)
    code, lines = run(capsys, tmp_path)
    assert code == 0
    assert len(lines) == 6


def test_a_zip_is_taken_by_its_members(capsys, tmp_path):
    file = write_series(tmp_path / "series", THORAX)[1]
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.write(file, "inner/one.dcm")
    code, (line,) = run(capsys, tmp_path / "study.zip")
    assert code == 0
    assert line["path"] == str(tmp_path / "study.zip" / "inner" / "one.dcm")
    assert line["probabilities"] == run(capsys, file)[1][0]["probabilities"]


def test_every_frame_of_a_file_has_its_line(capsys, tmp_path):
    write_multiframe(tmp_path / "enhanced.dcm", THORAX)
    code, lines = run(capsys, tmp_path / "enhanced.dcm")
    assert code == 0
    assert [line["frame"] for line in lines] == [0, 1, 2]


def test_a_bad_file_among_good_ones_has_its_own_line_and_the_exit_code_says_so(capsys, tmp_path):
    good = write_series(tmp_path / "series", THORAX)[1]
    bad = tmp_path / "bad.dcm"
    bad.write_bytes(good.read_bytes()[:200])
    code, lines = run(capsys, good, bad)
    assert code == 3
    assert "error" not in lines[0]
    assert set(lines[1]) >= {"path", "error", "reason", "hint"}
    assert lines[1]["path"] == str(bad)


def test_when_nothing_could_be_classified_the_exit_code_is_1(capsys, tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    code, (line,) = run(capsys, tmp_path / "notes.txt")
    assert code == 1
    assert line["reason"] == "UnsupportedFormat"


def test_an_empty_folder_is_said_in_one_sentence(capsys, tmp_path):
    assert cli.main(["classify", "--model", "tiny", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unknown_model_is_said_in_one_sentence(capsys, tmp_path):
    assert cli.main(["classify", "--model", "nobody", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert "nobody" in error
    assert "Traceback" not in error


def test_no_path_is_a_usage_error():
    with pytest.raises(SystemExit) as caught:
        cli.main(["classify"])
    assert caught.value.code == 2


def test_the_heat_map_files_are_in_the_slices_own_pixels(capsys, tmp_path):
    file = write_series(tmp_path / "series", THORAX)[1]
    code, _ = run(capsys, file, "--override", "--heatmap", tmp_path / "maps")
    assert code == 0
    with np.load(tmp_path / "maps" / f"{file.stem}.0.npz") as found:
        cams = found["cams"]
    assert cams.shape == (3, 128, 128)
    assert cams.dtype == np.float32
    prediction = classify(file, registry.find("tiny"), override=True).prediction
    assert np.array_equal(cams, heatmap.upsample_all(prediction, 128, 128))
    picture = cv2.imread(str(tmp_path / "maps" / f"{file.stem}.0.png"))
    assert picture.shape == (128, 128, 3)


def test_heat_maps_of_two_files_of_one_name_do_not_overwrite_each_other(capsys, tmp_path):
    for folder in ("a", "b"):
        write_series(tmp_path / folder, Thorax(slices=1, matrix=128), name="same.dcm")
    run(capsys, tmp_path / "a", tmp_path / "b", "--override", "--heatmap", tmp_path / "maps")
    assert {p.name for p in (tmp_path / "maps").glob("*.npz")} == {"same.0.npz", "same-2.0.npz"}


def test_a_heat_map_folder_that_cannot_be_written_is_one_sentence(capsys, tmp_path):
    file = write_series(tmp_path / "series", THORAX)[1]
    (tmp_path / "maps").write_text("a file where a folder should be")
    arguments = ["--override", "--heatmap", str(tmp_path / "maps")]
    assert cli.main(["classify", "--model", "tiny", str(file), *arguments]) == 1
    assert "could not be written" in capsys.readouterr().err


def test_a_name_in_any_script_is_read_and_written(capsys, tmp_path):
    file = write_series(tmp_path / "Ünï 中文", Thorax(slices=1, matrix=128), name="Schnitt é.dcm")[0]
    code, _ = run(capsys, file, "--override", "--heatmap", tmp_path / "мапы")
    assert code == 0
    assert (tmp_path / "мапы" / "Schnitt é.0.png").is_file()


def test_an_override_is_in_the_line(capsys, tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), np.zeros((200, 200), np.uint8))
    _, (line,) = run(capsys, tmp_path / "blank.png", "--override")
    assert (line["suitable"], line["suitability"]["overridden"]) == (False, True)
    assert line["verdict"] != "not suitable"


def test_text_for_people_calls_an_uncalibrated_output_a_score(capsys, tmp_path):
    file = write_series(tmp_path, THORAX)[1]
    assert cli.main(["classify", "--model", "tiny", "--override", str(file)]) == 0
    text = capsys.readouterr().out
    assert "score" in text
    assert "probability" not in text


def test_what_is_refused_has_no_number_no_class_and_no_heat_map_file(capsys, tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), np.zeros((200, 200), np.uint8))
    code, (line,) = run(capsys, tmp_path / "blank.png", "--heatmap", tmp_path / "maps")
    assert code == 0
    wanted = {"label": "not suitable", "verdict": "not suitable", "probabilities": None, "overridden": False}
    assert {key: line[key] for key in wanted} == wanted
    assert "heatmap" not in line
    assert not (tmp_path / "maps").exists()


def test_text_for_people_says_of_the_refused_only_why(capsys, tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), np.zeros((200, 200), np.uint8))
    assert cli.main(["classify", "--model", "tiny", str(tmp_path / "blank.png")]) == 0
    said = capsys.readouterr().out
    assert "blank.png: not suitable (" in said
    assert not any(word in said for word in ("score", "bright", "dark", "plain,"))
