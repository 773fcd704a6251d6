"""`--scheduler` of `findings` and `evaluate`: what Dask's workers answer is what this process answers."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("distributed", reason="needs the extra `cluster`")

from distributed import Client, LocalCluster

from lungview import cli
from lungview.batch.carriers.cluster import cluster
from lungview.batch.carriers.spread import among
from lungview.cli import exit_codes
from lungview.errors import ReportError
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.model import model_folder, registry
from lungview.model.card import ClassLabel, ModelCard
from lungview.training.findings.measuring.evaluate import evaluate
from tests.batch.conftest import TINY, picture
from tests.nodules.phantoms import ball
from tests.training.findings import measured_data

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
    before = os.environ.get("LUNGVIEW_HOME")
    os.environ["LUNGVIEW_HOME"] = str(home)
    with LocalCluster(
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
    assert code == exit_codes.SOME_FAILED
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
    assert (code, len(here[0]["findings"])) == (exit_codes.OK, 1)
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
    assert (code, here[0]["n"], here[0]["failed"]) == (exit_codes.SOME_FAILED, 36, 1)
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
    assert cli.main(command) == exit_codes.COULD_NOT
    assert capsys.readouterr().err.count("\n") == 1


def test_an_evaluation_of_findings_is_that_of_this_process_bit_for_bit(
    scheduler: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("evaluate", "--model", "blobs", "--data", measured_data.write(tmp_path / "data"))
    code, here = _lines(capsys, *command)
    assert (code, here[0]["failed"], here[0]["series"]["tumour_slices"]) == (exit_codes.OK, 0, 3)
    assert _lines(capsys, *command, "--scheduler", scheduler) == (code, here)


def test_an_evaluation_of_malignancy_is_that_of_this_process_bit_for_bit(
    scheduler: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("evaluate", "--model", "malignancy", "--data", _nodules(tmp_path), "--draws", "20")
    code, here = _lines(capsys, *command)
    assert (code, here[0]["n"], here[0]["failed"]) == (exit_codes.OK, 4, 0)
    assert _lines(capsys, *command, "--scheduler", scheduler) == (code, here)


def _nodules(folder: Path) -> Path:
    """Four balls as boxes with masks and ratings."""
    boxes = {}
    lines = ["key,patient,split,malignancy,diameter_mm,spacing_z_mm,spacing_y_mm,spacing_x_mm"]
    for key, diameter in {"a": 5.0, "b": 7.0, "c": 12.0, "d": 16.0}.items():
        scan, spacing = ball(diameter, noise_hu=5.0)
        boxes[key] = np.clip((scan + 1024) / 8, 0, 255).astype(np.uint8)
        boxes[key + ".mask"] = np.packbits(scan > -400)
        lines.append(",".join(map(str, (key, key, "test", 5 if diameter > 10 else 1, diameter, *spacing))))
    (folder / "index.csv").write_text("\n".join(lines) + "\n")
    np.savez(folder / "vois.npz", **boxes)
    return folder


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_worker_that_is_killed_in_the_middle_costs_no_figure(scheduler: str, tmp_path: Path) -> None:
    """Its work is done by another: nothing of it killed the worker."""
    data, entry = measured_data.write(tmp_path / "data"), registry.find("blobs")
    killed: list[int] = []

    def kill(_kind: str, _done: int, _of: int) -> None:
        if not killed:
            killed.append(next(iter(workers)))
            os.kill(killed[0], signal.SIGKILL)

    with Client(scheduler) as client, cluster(scheduler, entry) as (carriers, _):
        workers = set(client.run(os.getpid).values())
        found = evaluate(data, entry, kill, among(carriers))
        client.wait_for_workers(2, timeout=240)
        assert killed[0] not in client.run(os.getpid).values()
    assert found == evaluate(data, entry)


def test_a_scheduler_that_is_gone_in_the_middle_is_one_sentence(home: Path, tmp_path: Path) -> None:
    data, entry = measured_data.write(tmp_path / "data"), registry.find("blobs")
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None
        ) as made,
        cluster(made.scheduler_address, entry) as (carriers, _),
        pytest.raises(ReportError, match="scheduler is gone"),
    ):
        evaluate(data, entry, lambda *_: made.close(), among(carriers))
