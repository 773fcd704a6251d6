"""`--scheduler` of `findings` and `evaluate`: what Dask's workers answer is what this process answers."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed", reason="needs the extra `cluster`")

from lungview import cli
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.model.card import ClassLabel, ModelCard
from lungview.training.export import model_folder
from tests.batch.conftest import TINY, picture

BLOBS = Path(__file__).parents[1] / "network" / "models" / "blobs.tflite"
HEADS = tuple(ClassLabel(k, k, malignant=False) for k in ("nodule", "malignancy", "opacity"))
THORAX = Thorax(slices=24, matrix=256, slice_spacing=2.5)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's folder with a classifier and a findings model, for this process and the workers."""
    models = tmp_path_factory.mktemp("home") / "data" / "models"
    shutil.copytree(TINY, models / "tiny")
    content = BLOBS.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    card = ModelCard("blobs", "Blobs", "1", "findings", "blob", HEADS, (192, 256), sha256=digest)
    model_folder.write(card, content, models / "blobs")
    return models.parents[1]


@pytest.fixture(scope="module")
def scheduler(home: Path) -> Iterator[str]:
    """A running scheduler with two workers, as `dask scheduler` and `dask worker` start them."""
    import distributed

    before = os.environ.get("LUNGVIEW_HOME")
    os.environ["LUNGVIEW_HOME"] = str(home)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as made:
        yield made.scheduler_address
    if before is not None:
        os.environ["LUNGVIEW_HOME"] = before


@pytest.fixture(autouse=True)
def _at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUNGVIEW_HOME", str(home))


def _lines(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and JSON lines, without how long it took."""
    code = cli.main([*map(str, arguments), "--json"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return code, [{k: v for k, v in line.items() if k not in ("seconds", "milliseconds")} for line in found]


def test_findings_are_those_of_this_process_bit_for_bit(
    scheduler: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_series(tmp_path / "a", Thorax(slices=12, matrix=128, slice_spacing=5))
    write_pngs(tmp_path / "pictures", Thorax(slices=2, matrix=256))
    (tmp_path / "pictures" / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    command = ("findings", tmp_path, "--model", "blobs")
    code, here = _lines(capsys, *command)
    assert code == cli.SOME_FAILED
    assert sum(len(line.get("findings", [])) for line in here) > 0
    assert _lines(capsys, *command, "--scheduler", scheduler) == (code, here)


def test_a_place_that_a_reader_names_is_measured_by_a_worker_too(
    scheduler: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_series(tmp_path, THORAX)
    index, row, column = THORAX.nodule
    x, y, z = THORAX.position(index)
    at = f"{x + column * THORAX.pixel_spacing},{y + row * THORAX.pixel_spacing},{z}"
    code, here = _lines(capsys, "findings", tmp_path, "--at", at)
    assert (code, len(here[0]["findings"])) == (cli.OK, 1)
    assert _lines(capsys, "findings", tmp_path, "--at", at, "--scheduler", scheduler) == (code, here)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Pictures in class folders, one of which is none."""
    for number, name in enumerate(("bright", "dark", "plain")):
        (tmp_path / "d" / name).mkdir(parents=True)
        for i in range(12):
            picture(tmp_path / "d" / name / f"{i}.png", 3 * i + number)
    (tmp_path / "d" / "dark" / "cut.png").write_bytes(b"nothing")
    return tmp_path / "d"


def test_an_evaluation_is_that_of_this_process_bit_for_bit(
    scheduler: str, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("evaluate", "--model", "tiny", "--data", labelled, "--draws", "20", "--robust")
    command = (*command, "--unsuitable", labelled / "plain")
    code, here = _lines(capsys, *command)
    assert (code, here[0]["n"], here[0]["failed"]) == (cli.SOME_FAILED, 36, 1)
    assert _lines(capsys, *command, "--scheduler", scheduler) == (code, here)


def test_how_many_workers_there_are_and_where_the_dashboard_is_are_told(
    scheduler: str, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["evaluate", "--model", "tiny", "--data", str(labelled), "--scheduler", scheduler])
    assert "lungview: 2 workers; dashboard: http://127.0.0.1:" in capsys.readouterr().err


def test_a_scheduler_that_does_not_answer_is_one_sentence(
    labelled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lungview.batch.carriers.cluster._PATIENCE", 1)
    command = ["evaluate", "--model", "tiny", "--data", str(labelled), "--scheduler", "tcp://127.0.0.1:1"]
    assert cli.main(command) == cli.COULD_NOT
    assert capsys.readouterr().err.count("\n") == 1


def test_a_model_that_is_no_classifier_is_measured_here_only(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evaluate", "--model", "blobs", "--data", ".", "--scheduler", "local:1"]
    assert cli.main(command) == cli.COULD_NOT
    assert "--scheduler measures classifiers" in capsys.readouterr().err
