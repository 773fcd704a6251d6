"""Every way out that needs no window: what comes out of it, as text and as bytes."""

from __future__ import annotations

import argparse
import contextlib
import io
import pickle
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pypdf import PdfReader

from lungview import cli
from lungview.batch import work
from lungview.batch.carriers.executors import Carriers
from lungview.batch.inputs import Input
from lungview.classify.classify import classify
from lungview.classify.kept import opinions, record
from lungview.cli.studies import batch
from lungview.errors import LungViewError
from lungview.image import readers
from lungview.model import registry
from lungview.node.judging import Task, judge
from lungview.report import formats
from lungview.report.table import csv_text
from lungview.serve.answers import classifying
from lungview.serve.answers.job import Bench, Job
from lungview.serve.limits import Limits
from lungview.serve.offer import installed
from lungview.serve.problem import Problem
from lungview.serve.uploads.question import Question
from lungview.serve.uploads.scratch import Upload
from tests.batch.conftest import threads


@dataclass
class Out:
    """What came out. text: for people. raw: every byte of it, unpacked. pictures: pixels alone."""

    text: str = ""
    raw: bytes = b""
    pictures: bytes = b""

    def __add__(self, other: Out) -> Out:
        return Out(f"{self.text}\n{other.text}", self.raw + other.raw, self.pictures + other.pictures)

    @property
    def outline(self) -> str:
        """The text without numbers, of which some are times and UIDs."""
        return re.sub(r"[\d.]+(e-\d+)?", "#", self.text)


def opened(path: Path) -> Out:
    """A file of any kind that the program writes, unpacked as far as it goes."""
    raw = path.read_bytes()
    return Out(raw=raw) + _UNPACK.get(path.suffix, _text)(path)


def _text(path: Path) -> Out:
    return Out(path.read_text("utf-8", "replace"))


def _pdf(path: Path) -> Out:
    found = Out()
    for page in PdfReader(path).pages:
        contents = page.get_contents()
        drawn = contents.get_data() if contents is not None else b""
        found += Out(page.extract_text(), drawn, b"".join(image.data for image in page.images))
    return found


def _dicom(path: Path) -> Out:
    dataset = pydicom.dcmread(path)
    if "EncapsulatedDocument" in dataset:
        inner = path.with_suffix(".inner.pdf")
        inner.write_bytes(dataset.EncapsulatedDocument)
        return opened(inner)
    pixels = bytes(dataset.get("PixelData", b""))
    text = "\n".join(str(e.value) for e in dataset.iterall() if e.VR not in ("SQ", "OB", "OW"))
    return Out(text, pixels, pixels)


def _database(path: Path) -> Out:
    with contextlib.closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        rows = [row for name in names for row in database.execute(f"SELECT * FROM {name}")]
    return Out("\n".join(map(repr, rows)))


def _archive(path: Path) -> Out:
    with zipfile.ZipFile(path) as archive:
        return Out(raw=b"".join(archive.read(name) for name in archive.namelist()))


def _picture(path: Path) -> Out:
    return Out(pictures=path.read_bytes())


_UNPACK: dict[str, Callable[[Path], Out]] = {
    ".pdf": _pdf,
    ".dcm": _dicom,
    ".sqlite": _database,
    ".npz": _archive,
    ".png": _picture,
}


@dataclass
class World:
    """files: a folder of one refused kind. out: an empty folder."""

    files: Path
    out: Path
    override: bool = False

    @property
    def first(self) -> Path:
        return sorted(path for path in self.files.iterdir())[0]

    def written(self) -> Out:
        """All that lies in `out`."""
        return sum((opened(path) for path in sorted(self.out.rglob("*")) if path.is_file()), Out())

    def command(self, *arguments: object) -> Out:
        """What a command prints, and what it writes into `out`."""
        said = io.StringIO()
        more = ("--override",) if self.override else ()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            cli.main([*map(str, arguments), *more])
        text = said.getvalue().replace("\\u00d7", "×")  # as JSON writes it
        return Out(text, text.encode()) + self.written()


def command_text(world: World) -> Out:
    return world.command("classify", world.files)


def command_json(world: World) -> Out:
    return world.command("classify", world.files, "--json", "--heatmap", world.out / "maps")


def _report(suffix: str, kind: str, *, whole: bool = False) -> Callable[[World], Out]:
    def door(world: World) -> Out:
        more = ("--kind", kind) if suffix == ".dcm" else ()
        source = world.files if whole else world.first
        return world.command("report", source, "--out", world.out / f"r{suffix}", "--no-findings", *more)

    return door


def batch_files(world: World) -> Out:
    """The database, the tables, the summary and the PDF of `lungview batch`."""
    labels = world.out.parent / f"{world.out.name}.csv"
    labels.write_text("path,label\n" + "".join(f"{p},qxa\n" for p in world.files.iterdir()), "utf-8")
    with _in_this_process():
        return world.command("batch", world.files, "--out", world.out, "--no-findings", "--labels", labels)


@contextlib.contextmanager
def _in_this_process() -> Iterator[None]:
    @contextlib.contextmanager
    def carriers(_args: argparse.Namespace, _model: object) -> Iterator[Carriers]:
        yield Carriers(1, threads)

    before, batch._carriers = batch._carriers, carriers
    try:
        yield
    finally:
        batch._carriers = before


def row_between_processes(world: World) -> Out:
    """A row as it travels to a batch from another process, or from a Dask worker."""
    row = work.judge(Input(world.first), registry.default(), override=world.override)
    return Out(repr(row), pickle.dumps(row, protocol=4))


def clipboard_table(world: World) -> Out:
    case = classify(world.first, registry.default(), override=world.override)
    return Out(csv_text([case], registry.default().card.keys)) + Out(repr(case), pickle.dumps(case))


def _page(form: str) -> Callable[[World], Out]:
    def door(world: World) -> Out:
        """All models beside each other, but for a PDF, which is of one."""
        models = () if form == "pdf" else ("all",)
        question = Question(models, override=world.override, heat_maps=True, format=form)
        job = Job("classify", (Upload(world.first, "a"),), question)
        try:
            body = b"".join(classifying.answer(job, Bench(Limits(), installed())))
        except Problem as problem:
            body = problem.to_json()
        path = world.out / f"answer.{form}"
        path.write_bytes(body)
        return opened(path)

    return door


def node(world: World) -> Out:
    """What the node sends of a series, and what it notes of it."""
    files = tuple(sorted(world.files.iterdir()))
    try:
        results = judge(Task(files, world.out, registry.default().card.id, 1, frozenset()))
    except LungViewError as error:
        return Out(str(error))
    return Out("\n".join(map(repr, results)), pickle.dumps(results)) + world.written()


def kept_record(world: World) -> Out:
    """The record of all answers, and its table."""
    for path in record.default_path().parent.glob("record.sqlite*"):
        path.unlink()
    slice_ = readers.read(world.first)
    record.answered(slice_, classify(slice_, registry.default(), override=world.override))
    opinions.to_csv(record.entries(), world.out / "log.csv")
    path = record.default_path()
    return (
        opened(path)
        + Out(raw=b"".join(p.read_bytes() for p in path.parent.glob("record.sqlite*")))
        + (world.written())
    )


def evaluate(world: World) -> Out:
    """What is said of each file by a measurement, which counts what the gate refuses too."""
    table = world.out.parent / f"{world.out.name}-labels.csv"
    table.write_text("path,label\n" + "".join(f"{p},qxa\n" for p in world.files.iterdir()), "utf-8")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        cli.main(["evaluate", "--model", "tiny", "--data", str(table), "--draws", "3", "--json"])
    return Out(said.getvalue(), said.getvalue().encode())


DOORS: dict[str, Callable[[World], Out]] = {
    "command_text": command_text,
    "command_json": command_json,
    **{f"report{suffix}{kind}": _report(suffix, kind) for suffix, kind in (
        *((".dcm", kind) for kind in formats.kinds()), (".pdf", ""), (".csv", ""), (".json", ""),
    )},
    "series_pdf": _report(".pdf", "", whole=True),
    "batch_files": batch_files,
    "row_between_processes": row_between_processes,
    "clipboard_table": clipboard_table,
    **{f"page_{form}": _page(form) for form in ("json", "csv", "pdf")},
    "node": node,
    "kept_record": kept_record,
    "evaluate": evaluate,
}  # fmt: skip


# What no answer of a model is ever in, or what may not be overridden: the node has no reader.
WITHOUT_ANSWER = {"report.dcmseg", "report.dcmpr", "report.dcmko", "report.dcmregions", "node", "evaluate"}
