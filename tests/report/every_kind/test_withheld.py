"""What the gate refused is in no output; what was overridden says so in each, with the reasons."""

from __future__ import annotations

import csv
import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pypdf import PdfReader

from lungview.batch.inputs import Input
from lungview.batch.row import Row
from lungview.batch.store import Store
from lungview.batch.summary import document, summarise_cases
from lungview.classify import export
from lungview.classify.case import Case, Suitability, Verdict
from lungview.classify.kept.opinions import opinion
from lungview.classify.series import SeriesAnswer, SlicePoint, answer
from lungview.errors import ReportError
from lungview.image import readers
from lungview.image.phantom import Thorax, write_series
from lungview.image.slice import Slice
from lungview.model.input import Box
from lungview.report.content import CaseContent, Layout
from lungview.report.dicom.pdf import write_encapsulated
from lungview.report.dicom.sc import write_sc
from lungview.report.dicom.sr import write_sr
from lungview.report.gather import case_content
from lungview.report.pdf.batch import BatchContent, write_batch
from lungview.report.pdf.case import write_case
from lungview.report.pdf.series import SeriesContent
from lungview.report.pdf.series import write_series as write_series_pdf
from lungview.report.table import csv_text, json_values, write_csv, write_json
from tests.report.conftest import make_card, make_instance, make_prediction

REASON = "no lungs were found"
PROBABILITIES = (0.8137, 0.0719, 0.0911, 0.0233)
NUMBERS = ("0.81", "0.8137", "0.0719", "0.0911", "0.0233", "0.977", "0.98")  # and P(malignant) = 0.9767
CLASSES = ("adenocarcinoma", "Adenocarcinoma")
KEYS = make_card().keys


@pytest.fixture(scope="module")
def slice_(tmp_path_factory: pytest.TempPathFactory) -> Slice:
    folder = tmp_path_factory.mktemp("series")
    return readers.read(write_series(folder, Thorax(slices=1, matrix=64))[0])


def case_of(slice_: Slice, *, overridden: bool) -> Case:
    """A picture that the gate refuses; what the network said of it is made so that it can be found again."""
    word = Suitability(False, 40.0, 12.0, (REASON,), overridden=overridden)
    verdict = Verdict.CALLED if overridden else Verdict.NOT_SUITABLE
    box = Box(0, 0, slice_.rows, slice_.columns)
    found = make_prediction(probabilities=PROBABILITIES, suitability=word, verdict=verdict, box=box)
    return Case(slice_.instance, found)


@pytest.fixture
def refused(slice_: Slice) -> CaseContent:
    return case_content(slice_, case_of(slice_, overridden=False), make_card())


@pytest.fixture
def overridden(slice_: Slice) -> CaseContent:
    return case_content(slice_, case_of(slice_, overridden=True), make_card())


def series_of(content: CaseContent) -> SeriesContent:
    points = [SlicePoint(i, content.case) for i in range(4)]
    found: SeriesAnswer = answer(points, make_card())
    return SeriesContent(found, content, make_card(), 4)


def _pdf(path: Path) -> str:
    # The card of the model is about the model: its classes, its figures.
    text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    return text.split("Classes")[0]


def case_pdf(content: CaseContent, folder: Path) -> str:
    write_case(content, folder / "r.pdf", Layout())
    return _pdf(folder / "r.pdf").replace("\n", " ")


def batch_pdf(content: CaseContent, folder: Path) -> str:
    write_batch(BatchContent(lambda: [content.case], make_card()), folder / "r.pdf", Layout())
    pages = [page.extract_text() for page in PdfReader(folder / "r.pdf").pages]
    return "\n".join(pages[1:]).replace("\n", " ")


def series_pdf(content: CaseContent, folder: Path) -> str:
    write_series_pdf(series_of(content), folder / "r.pdf", Layout())
    pages = [page.extract_text() for page in PdfReader(folder / "r.pdf").pages]
    return "\n".join([pages[0], pages[-1]]).replace("\n", " ")


def sr(content: CaseContent, folder: Path) -> str:
    write_sr(content, folder / "r.dcm")
    return " ".join(_values(pydicom.dcmread(folder / "r.dcm")))


def _values(dataset: Dataset) -> Iterator[str]:
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from _values(item)
        else:
            yield str(element.value)


def sc(content: CaseContent, folder: Path) -> str:
    write_sc(content, folder / "r.dcm")
    return str(pydicom.dcmread(folder / "r.dcm"))


def encapsulated(content: CaseContent, folder: Path) -> str:
    write_encapsulated(content, folder / "r.dcm", Layout())
    (folder / "r.pdf").write_bytes(pydicom.dcmread(folder / "r.dcm").EncapsulatedDocument)
    return _pdf(folder / "r.pdf").replace("\n", " ")


def table(content: CaseContent, folder: Path) -> str:
    write_csv([content.case], folder / "r.csv", KEYS)
    (row,) = csv.DictReader((folder / "r.csv").read_text("utf-8-sig").splitlines())
    said = "overridden " if row.pop("overridden") == "yes" else ""
    return said + str({key: value for key, value in row.items() if value})


def clipboard(content: CaseContent, _folder: Path) -> str:
    (row,) = csv.DictReader(csv_text([content.case], KEYS).splitlines())
    return ("overridden " if row.pop("overridden") == "yes" else "") + str(list(row.values()))


def json_file(content: CaseContent, folder: Path) -> str:
    write_json([content.case], folder / "r.json", make_card())
    (found,) = json.loads((folder / "r.json").read_text("utf-8"))["cases"]
    del found["classes"]  # which the model has
    return str(found).replace("'overridden': False", "").replace("'overridden': True", "overridden")


def database(content: CaseContent, folder: Path) -> str:
    with Store(folder / "results.sqlite") as store:
        store.write([Row(Input(content.slice.instance.path), content.case)])
    with sqlite3.connect(folder / "results.sqlite") as plain:
        names = [column[1] for column in plain.execute("PRAGMA table_info(results)")]
        row = dict(zip(names, plain.execute("SELECT * FROM results").fetchone(), strict=True))
    said = "overridden " if row.pop("overridden") else ""
    return said + str(row)


def summary(content: CaseContent, folder: Path) -> str:
    with Store(folder / "results.sqlite") as store:
        store.begin(make_card(), {})
        found = document(store, summarise_cases([content.case], store.card))
    said = "overridden " + REASON if found.pop("overridden") else ""
    return said + str(found)


def log(content: CaseContent, _folder: Path) -> str:
    made = opinion(content.slice.instance, "", read_first=False, case=content.case, agrees=True)
    values = dataclasses.asdict(made)
    return ("overridden " + REASON if values.pop("overridden") else "") + str(values)


def curve(content: CaseContent, _folder: Path) -> str:
    found = series_of(content).answer
    said = " ".join(str(p.case.prediction and p.case.prediction.suitability) for p in found.points)
    return f"{found.sentence} {said}".replace("overridden=False", "").replace("overridden=True", "overridden")


OUTPUTS: dict[str, Callable[[CaseContent, Path], str]] = {
    f.__name__: f
    for f in (
        case_pdf,
        batch_pdf,
        series_pdf,
        sr,
        sc,
        encapsulated,
        table,
        clipboard,
        json_file,
        database,
        summary,
        log,
        curve,
    )
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_refused_slice_gives_no_probability_and_no_class(
    name: str, refused: CaseContent, tmp_path: Path
) -> None:
    said = OUTPUTS[name](refused, tmp_path)
    assert [word for word in (*NUMBERS, *CLASSES, "overridden") if word in said] == []


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_overridden_slice_says_so_with_the_reasons(
    name: str, overridden: CaseContent, tmp_path: Path
) -> None:
    said = OUTPUTS[name](overridden, tmp_path)
    assert "overridden" in said
    assert REASON in said


def test_the_capture_of_a_refused_slice_has_no_heat_map_pixels(refused: CaseContent, tmp_path: Path) -> None:
    write_sc(refused, tmp_path / "r.dcm")
    pixels = pydicom.dcmread(tmp_path / "r.dcm").pixel_array.astype(int)
    assert not np.ptp(pixels, axis=2).any()  # grey: a heat map is coloured


def test_the_capture_of_an_overridden_slice_has_them(overridden: CaseContent, tmp_path: Path) -> None:
    write_sc(overridden, tmp_path / "r.dcm")
    assert np.ptp(pydicom.dcmread(tmp_path / "r.dcm").pixel_array.astype(int), axis=2).any()


def test_no_heat_map_that_a_caller_brings_gets_into_the_report_of_a_refused_slice(
    slice_: Slice, refused: CaseContent
) -> None:
    brought = np.ones((slice_.rows, slice_.columns), np.float32)
    assert dataclasses.replace(refused, heat=brought).heat is None


def test_no_heat_map_file_is_written_of_a_refused_slice(slice_: Slice, tmp_path: Path) -> None:
    found = make_prediction(verdict=Verdict.NOT_SUITABLE)
    with pytest.raises(ReportError, match="must not judge"):
        export.write(tmp_path / "maps", "a", slice_, found)
    assert not (tmp_path / "maps").exists()


def test_the_heat_map_files_of_an_overridden_slice_say_so(
    slice_: Slice, overridden: CaseContent, tmp_path: Path
) -> None:
    assert overridden.case.judged is not None
    numbers, picture = export.write(tmp_path, "a", slice_, overridden.case.judged)
    with np.load(numbers) as found:
        assert list(found["gate"]) == [
            "The suitability check was overridden by the reader.",
            f"Reason: {REASON}.",
        ]
    assert b"overridden by the reader" in picture.read_bytes()


def test_json_says_null_and_the_verdict_in_place_of_numbers_and_label(slice_: Slice) -> None:
    found: dict[str, Any] = json_values(case_of(slice_, overridden=False))
    wanted = {"probabilities": None, "label": "not suitable", "verdict": "not suitable", "suitable": False}
    assert {key: found[key] for key in wanted} == wanted
    assert found["overridden"] is False


def test_json_of_an_override_has_the_numbers_and_says_overridden(slice_: Slice) -> None:
    found = json_values(case_of(slice_, overridden=True))
    assert (found["overridden"], found["suitable"], found["label"]) == (True, False, "adenocarcinoma")
    assert tuple(found["probabilities"]) == PROBABILITIES


def test_a_prediction_called_although_its_gate_refused_is_withheld_too(slice_: Slice) -> None:
    word = Suitability(False, 40.0, 12.0, (REASON,))
    case = Case(slice_.instance, make_prediction(suitability=word, verdict=Verdict.CALLED))
    assert case.judged is None
    assert case.prediction is not None
    assert (case.prediction.probabilities, case.prediction.verdict) == ((), Verdict.NOT_SUITABLE)


def test_what_an_older_version_kept_of_the_refused_is_gone_from_the_database(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    found = make_prediction(probabilities=PROBABILITIES)
    with Store(path) as store:
        store.write([Row(Input(Path("/a.dcm")), Case(make_instance(), found))])
    with sqlite3.connect(path) as plain:  # as it was written before
        plain.execute("UPDATE results SET status='not suitable', verdict='not suitable', suitable=0")
        plain.execute("DELETE FROM meta WHERE key='withheld'")
    plain.close()
    Store(path).close()
    with sqlite3.connect(path) as plain:
        row = plain.execute("SELECT label, probabilities, cams FROM results").fetchone()
    plain.close()
    assert row == (None, None, None)
    assert b"0.8137" not in path.read_bytes()


def test_the_structured_report_says_the_other_hospitals_figure_in_letters_of_any_character_set(
    overridden: CaseContent, tmp_path: Path
) -> None:
    said = sr(overridden, tmp_path)
    assert 'On pictures of another hospital (set "other hospital", 646 pictures)' in said
    assert "no better than a coin: AUC 0.45." in said
