"""A series that its header calls a head is searched where it shows lungs, with a note, by every caller."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pydicom
import pytest
from pypdf import PdfReader

from lungview import cli, paths
from lungview.batch import series as looks
from lungview.batch.store import Store
from lungview.cli import exit_codes
from lungview.image.phantom import Thorax, write_series
from lungview.image.readers import read_instance
from lungview.model import model_folder, registry
from lungview.model.card import FINDINGS, ClassLabel, ModelCard
from lungview.node.judging import Task, judge
from lungview.report import series_table
from lungview.report.pdf.findings import of_batch
from lungview.serve.answers import looking
from lungview.serve.answers.job import Bench, Job
from lungview.serve.limits import Limits
from lungview.serve.offer import installed
from lungview.serve.uploads.question import Question
from lungview.serve.uploads.scratch import Upload
from lungview.sources.files.scan import scan
from lungview.viewer.nodules import work
from lungview.viewer.nodules.held import HeldVolume

BLOBS = Path(__file__).parents[2] / "network" / "models" / "blobs.tflite"
HEADS = tuple(ClassLabel(k, k, malignant=False) for k in ("nodule", "malignancy", "opacity"))
SAID = "the header says the body part is HEAD, yet lungs were found and searched"


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A neck and chest that goes by the name of a head."""
    folder = tmp_path_factory.mktemp("head")
    write_series(
        folder,
        Thorax(slices=12, matrix=192, slice_spacing=4.0),
        change=lambda dataset, _: setattr(dataset, "BodyPartExamined", "HEAD"),
    )
    return folder


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "models", lambda: tmp_path / "no-models")
    content = BLOBS.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    card = ModelCard("blobs", "Blobs", "1", FINDINGS, "blob", HEADS, (192, 256), sha256=digest)
    model_folder.write(card, content, paths.user_models() / "blobs")


def test_in_the_command_line(head: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["findings", "--json", str(head)]) == exit_codes.OK
    line = json.loads(capsys.readouterr().out)
    assert line["suitable"]
    assert line["findings"]
    assert SAID in line["notes"]
    cli.main(["findings", str(head)])
    assert f"note: {SAID}" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_in_a_report(head: Path, tmp_path: Path, suffix: str) -> None:
    cli.main(["report", str(head), "--out", str(tmp_path / f"r{suffix}")])
    assert SAID in (tmp_path / f"r{suffix}").read_text("utf-8-sig")


def test_in_a_batch(head: Path, tmp_path: Path) -> None:
    (series,) = looks.wanted(scan([head]).series)
    row = looks.look(series, registry.default(FINDINGS))
    with Store(tmp_path / "results.sqlite") as store:
        store.write_series(row)
        (kept,) = store.series()
    assert SAID in kept.notes
    assert kept.suspicion is not None
    series_table.write_csv([kept], tmp_path / "series.csv")
    (line,) = csv.DictReader((tmp_path / "series.csv").read_text("utf-8-sig").splitlines())
    assert SAID in line["note"]
    assert SAID in of_batch.cells([kept], named=True)[0][-1]


def test_at_the_node(head: Path, tmp_path: Path) -> None:
    (found,) = judge(Task(tuple(sorted(head.iterdir())), tmp_path, "blobs", 1, frozenset()))
    assert not found.refused
    report = next(path for kind, path in found.files if kind == "sr")
    texts = [str(e.value) for e in pydicom.dcmread(report).iterall() if e.VR == "UT"]
    assert any(SAID in text for text in texts)


def test_in_the_browser_page(head: Path) -> None:
    uploads = tuple(Upload(path, path.name) for path in sorted(head.iterdir()))
    body = b"".join(looking.answer(Job("findings", uploads, Question()), Bench(Limits(), installed())))
    (answer,) = json.loads(body)["answers"]
    assert answer["suitable"]
    assert SAID in answer["notes"]


def test_in_the_window(head: Path) -> None:
    (series,) = scan([head]).series
    found = work.look(lambda _: None, lambda: False, series, HeldVolume(), read_instance)
    assert found.answer.suitable
    assert SAID in found.answer.notes


def test_in_the_pdf_of_the_series(head: Path, tmp_path: Path) -> None:
    from tests.tiny import install

    install("tiny")
    cli.main(["report", str(head), "--out", str(tmp_path / "r.pdf")])
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "r.pdf").pages)
    assert SAID in " ".join(text.split())


def test_results_of_a_version_without_notes_are_read_on(head: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    (series,) = looks.wanted(scan([head]).series)
    with Store(path) as store:
        store.write_series(looks.failed(series, registry.default(FINDINGS), "for a reason"))
        store._connection.execute("ALTER TABLE series DROP COLUMN notes")
    with Store(path) as store:
        (kept,) = store.series()
        store.write_series(kept)
    assert (kept.reasons, kept.notes) == (("for a reason",), ())
