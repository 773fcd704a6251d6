"""What goes wrong in the second reader is one sentence; the viewer lives, the next run works."""

from __future__ import annotations

import shutil
import struct
import threading
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview import paths
from lungview.classify.classify import classify
from lungview.network import runtime
from lungview.viewer.second_reader import judging
from lungview.viewer.second_reader import reader as second_reader
from tests.network.test_runtime import MODELS
from tests.ui.reading import answered, install, panel, square


def sentence_of(window) -> str:
    assert panel(window).verdict.text() == "No answer"
    return panel(window).sentence.text()


@pytest.fixture
def opened(real, models, tmp_path):
    """A window over real files, and a good picture to open after a bad one."""
    picture = np.random.default_rng(0).normal(115, 4, (192, 192))
    picture[20:60, 100:140] += 100
    cv2.imwrite(str(tmp_path / "good.png"), picture.astype(np.uint8))
    second_reader.of(real.workspace).list_models()  # the window is older than the models
    return real


def open_and_ask(qtbot, window, file: Path):
    """The second reader's case about a file, once it is on screen."""
    session, reader = window.session, second_reader.of(window.workspace)
    with qtbot.waitSignal(session.scan_ended, timeout=20_000):
        session.open([file])
    qtbot.waitUntil(lambda: not session.stack.pending, timeout=10_000)
    assert reader.slice is not None
    assert reader.slice.instance.path == file
    return answered(qtbot, reader, override=True)


def enormous_png(file: Path, side: int = 20_000) -> None:
    """A whole, valid picture of zeros; 400 megapixels in 2 MB."""
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(bytes(100 * (side + 1))) for _ in range(side // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    with file.open("wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        for kind, data in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")):
            out.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))


def test_an_enormous_picture_is_a_sentence_where_it_would_be_and_the_next_is_judged(qtbot, opened, tmp_path):
    enormous_png(tmp_path / "enormous.png")
    with qtbot.waitSignal(opened.session.scan_ended, timeout=20_000):
        opened.session.open([tmp_path / "enormous.png"])
    assert panel(opened).verdict.text() == "No slice"
    assert panel(opened).sentence.text() == "20000 × 20000 = 400 megapixels; at most 200 are read"
    assert not panel(opened).start.isEnabled()
    assert open_and_ask(qtbot, opened, tmp_path / "good.png").prediction.label == "bright"


@pytest.mark.parametrize("shape", [(16, 16), (300, 300, 3)], ids=["tiny", "colour"])
def test_a_tiny_or_coloured_file_is_refused_and_the_next_is_judged(qtbot, opened, tmp_path, shape):
    cv2.imwrite(str(tmp_path / "odd.png"), np.random.default_rng(0).integers(0, 255, shape, np.uint8))
    assert not open_and_ask(qtbot, opened, tmp_path / "odd.png").prediction.suitability.suitable
    assert open_and_ask(qtbot, opened, tmp_path / "good.png").prediction.label == "bright"


def test_an_answer_that_is_no_number_is_a_sentence_and_another_model_answers(qtbot, show, reader):
    install("broken", input_size=(32, 32), sha256="0" * 64)
    folder = paths.user_models() / "broken"
    shutil.copy(MODELS / "not_a_number.tflite", folder / "model.tflite")
    found = runtime.hashlib.sha256((folder / "model.tflite").read_bytes()).hexdigest()
    card = (folder / "card.json").read_text().replace("0" * 64, found)
    (folder / "card.json").write_text(card)
    reader.list_models()
    reader.choose("broken")
    window = show(square())
    answered(qtbot, reader, override=True)
    assert "not finite numbers" in sentence_of(window)
    reader.choose("tiny")
    assert answered(qtbot, reader, override=True).prediction.label == "bright"


def test_a_model_folder_removed_during_a_run_costs_nothing_until_models_are_listed_again(
    qtbot, show, reader, monkeypatch
):
    """The network is held by its hash: what answers cannot become another."""
    install("other")
    reader.list_models()
    window = show(square())
    answered(qtbot, reader, override=True)
    begun, gate = threading.Event(), threading.Event()

    def slow(slice_, entry, box, override):
        begun.set()
        gate.wait(10)
        return classify(slice_, entry, box=box, override=override)

    monkeypatch.setattr(judging, "classify", slow)
    reader.run(override=True)
    assert begun.wait(10)
    shutil.rmtree(paths.user_models() / reader.entry.card.id)
    gate.set()
    qtbot.waitUntil(lambda: not reader.busy, timeout=10_000)
    assert panel(window).verdict.text() == "Bright square"
    reader.list_models()
    assert [e.card.id for e in reader.entries] == ["other"]
    assert answered(qtbot, reader, override=True).prediction.model.startswith("other@")


def test_memory_that_runs_out_is_a_sentence_and_the_next_run_works(qtbot, show, reader, monkeypatch):
    window = show(square())

    def full(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(runtime.Network, "run", full)
        answered(qtbot, reader)
        assert "out of memory" in sentence_of(window)
    assert answered(qtbot, reader, override=True).prediction.label == "bright"


def test_a_window_closed_during_a_run_takes_no_answer_afterwards(qtbot, show, reader, monkeypatch):
    window = show(square())
    begun, gate = threading.Event(), threading.Event()
    told: list[object] = []

    def slow(slice_, entry, box, override):
        begun.set()
        gate.wait(10)
        return classify(slice_, entry)

    monkeypatch.setattr(judging, "classify", slow)
    reader.run()
    assert begun.wait(10)
    reader.answer_changed.connect(lambda: told.append(1))
    threading.Timer(0.2, gate.set).start()
    window.close()
    qtbot.wait(300)
    assert told == []
