"""Two processes of this machine train together, as two machines would."""

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview import cli
from lungview.errors import InputError
from lungview.training.data import distribute

pytestmark = pytest.mark.tensorflow

TWO = "127.0.0.1:5001,127.0.0.1:5002"
WORKER = Path(__file__).with_name("worker_process.py")


@pytest.mark.parametrize(
    ("addresses", "index", "said"),
    [
        (TWO, 2, "--worker must be 0 to 1 for 2 workers, not 2"),
        (TWO, -1, "--worker must be 0 to 1"),
        (TWO, None, "given together"),
        (None, 0, "given together"),
        ("127.0.0.1:5001", 0, "two addresses or more"),
        ("127.0.0.1:5001,127.0.0.1:5001", 0, "the same address twice"),
        ("127.0.0.1:5001,somewhere", 0, "found 'somewhere'"),
        ("127.0.0.1:5001,b:70000", 0, "found 'b:70000'"),
        ("127.0.0.1:5001,", 0, "found ''"),
    ],
)
def test_workers_that_cannot_be_are_one_sentence(addresses: str, index: int, said: str) -> None:
    with pytest.raises(InputError) as raised:
        distribute.parse(addresses, index)
    assert said in raised.value.message


def test_a_wrong_worker_ends_the_command_before_anything_is_made(tmp_path: Path, capsys) -> None:
    run = tmp_path / "run"
    command = ["train", "--arch", "cnn", "--data", str(tmp_path), "--out", str(run), "--workers", TWO]
    assert cli.main([*command, "--worker", "7"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not run.exists()


def test_every_worker_knows_its_place() -> None:
    place = distribute.parse(f"{TWO},[::1]:5003", 2)
    assert (place.index, place.size, place.chief) == (2, 3, False)
    assert distribute.parse(None, None) == distribute.Place()


def test_workers_on_another_backend_are_one_sentence(monkeypatch) -> None:
    keras = pytest.importorskip("keras")
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(InputError, match="TensorFlow backend, not on jax"):
        distribute.Team(distribute.parse(TWO, 1))


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _pictures(folder: Path) -> None:
    rng = np.random.default_rng(0)
    for part, count in (("train", 12), ("valid", 4)):
        for side in ("lower", "upper"):
            (folder / part / side).mkdir(parents=True)
            for i in range(count):
                grey = rng.integers(60, 90, (40, 40)).astype(np.uint8)
                x = 4 + (20 if side == "lower" else 0)
                grey[x : x + 8, 10:24] = 220
                cv2.imwrite(str(folder / part / side / f"{i}.png"), grey)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """The folder in which two processes have trained together; see worker_process.py for what."""
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("needs the extra `train`")
    root = tmp_path_factory.mktemp("together")
    _pictures(root / "pictures")
    addresses = ",".join(f"127.0.0.1:{port}" for port in _free_ports(2))
    environment = {**os.environ, "TF_NUM_INTRAOP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    processes, logs = [], [root / f"{k}.log" for k in (0, 1)]
    try:
        for k, log in enumerate(logs):
            command = [sys.executable, str(WORKER), str(root), addresses, str(k)]
            with log.open("w") as file:
                processes.append(
                    subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment)
                )
        codes = [p.wait(timeout=270) for p in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert codes == [0, 0], "\n".join(log.read_text()[-3000:] for log in logs)
    return root


def _ended_with(trained: Path, name: str) -> list[np.ndarray]:
    with np.load(trained / f"{name}.npz") as file:
        return [file[f"weights/{i}"] for i in range(len(file.files))]


def _log(trained: Path, name: str) -> list[list[float]]:
    return [
        [float(v) for v in line.split(",")]
        for line in (trained / name / "log.csv").read_text().splitlines()[1:]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain", "statistics"])
def test_both_workers_end_with_the_same_weights(trained: Path, name: str) -> None:
    for one, other in zip(_ended_with(trained, f"{name}-0"), _ended_with(trained, f"{name}-1"), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_two_workers_learn_what_one_with_batches_of_twice_the_size_does(trained: Path) -> None:
    # Also over a kill: the two were stopped in their second epoch and went on; the one was not.
    alone = _ended_with(trained, "alone-0")
    for one, other in zip(_ended_with(trained, "plain-0"), alone, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-5)
    losses = [[row[:5] for row in _log(trained, name)] for name in ("plain-0", "alone-0")]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)


@pytest.mark.slow
def test_only_the_chief_keeps_the_run(trained: Path) -> None:
    assert [row[0] for row in _log(trained, "plain-0")] == [1, 2]
    kept = {path.name for path in (trained / "plain-0").iterdir()}
    assert kept == {"config.json", "versions.json", "log.csv", "last.npz", "best.npz"}
    assert not list(trained.glob("*-1/"))


@pytest.mark.slow
def test_a_worker_that_is_lost_is_one_sentence_and_a_way_on(trained: Path) -> None:
    message, hint = (trained / "lost.txt").read_text().splitlines()
    assert "another worker ended" in message
    assert "start every worker again" in hint
