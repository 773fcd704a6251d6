"""The second reader in a batch: each CT series once, the same values as `lungview findings`, resumable."""

from __future__ import annotations

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from lungview import cli
from lungview.batch import series as looks
from lungview.batch.inputs import Input, inputs
from lungview.batch.series_row import SeriesRow
from lungview.batch.store import Store
from lungview.batch.work import failed
from lungview.cli import exit_codes
from lungview.errors import DamagedFile
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.model import registry
from lungview.model.registry import Entry
from lungview.nodules.suspicion import Suspicion
from lungview.report import series_table
from lungview.report.pdf.findings import of_batch
from lungview.sources.files.scan import scan
from lungview.study.series import Series

THORAX = Thorax(slices=12, matrix=256, slice_spacing=4.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two CT series and a picture file."""
    folder = tmp_path_factory.mktemp("in")
    write_series(folder / "a", THORAX)
    write_series(folder / "b", Thorax(slices=3, matrix=256))
    write_pngs(folder / "c", Thorax(slices=1, matrix=256))
    return folder


@pytest.fixture
def found(folder: Path) -> list[Series]:
    return looks.wanted(scan([folder]).series)


@pytest.fixture
def store(tmp_path: Path, folder: Path):
    with Store(tmp_path / "results.sqlite") as opened:
        opened.write([failed(source, DamagedFile("not judged here")) for source in inputs([folder])])
        yield opened


@pytest.fixture
def model() -> Entry:
    return registry.default("findings")


def told(series: Series, model: Entry) -> SeriesRow:
    """Every slice scores its number in the series, in hundredths; one finding on the second."""
    of = [(Input(i.path, i.member), i.frame) for i in series.instances]
    by_slice = tuple((*where, Suspicion(int(k == 1), k / 100)) for k, where in enumerate(of))
    row = looks.failed(series, model)
    return replace(row, suspicion=Suspicion(1, 0.9), by_slice=by_slice, conclusion="1 finding called.")


def run(found: list[Series], model: Entry, store: Store, **changes: object) -> bool:
    return looks.run(
        found, model, store, workers=1, **{"pool": ThreadPoolExecutor, "looking": told, **changes}
    )


def test_stacks_of_ct_slices_are_looked_at_and_nothing_else(found):
    assert sorted(len(series.instances) for series in found) == [3, 12]


def test_a_series_and_each_of_its_slices_have_their_values_in_the_store(found, model, store):
    assert run(found, model, store)
    assert sorted((row.slices, row.suspicion) for row in store.series()) == [
        (3, Suspicion(1, 0.9)),
        (12, Suspicion(1, 0.9)),
    ]
    by_file = {row.source.path: row.case.suspicion for row in store.rows()}
    for series in found:
        for k, instance in enumerate(series.instances):
            assert by_file[instance.path] == Suspicion(int(k == 1), k / 100)
    assert [by_file[p] for p in by_file if p.suffix == ".png"] == [None]


def test_a_series_that_has_a_row_is_not_looked_at_again(found, model, store):
    assert run(found, model, store)
    seen: list[Series] = []
    assert run(found, model, store, looking=lambda series, entry: seen.append(series) or told(series, entry))
    assert seen == []


def test_stopped_it_keeps_what_is_done_and_goes_on_later(found, model, store):
    assert not run(found, model, store, cancelled=lambda: True)
    assert list(store.series()) == []
    assert run(found, model, store)
    assert len(store.series_done()) == 2


def test_a_fault_of_the_program_costs_one_series(found, model, store):
    def faulty(series: Series, entry: Entry) -> SeriesRow:
        if len(series.instances) == 3:
            raise RuntimeError("boom")
        return told(series, entry)

    assert run(found, model, store, looking=faulty)
    reasons = {row.slices: row.reasons for row in store.series()}
    assert reasons == {3: ("the program failed on this series (RuntimeError)",), 12: ()}


def test_files_that_are_judged_again_have_their_series_looked_at_again(found, model, store):
    assert run(found, model, store)
    store.forget("failed")
    assert store.series_done() == set()


def test_the_table_of_series_says_why_there_is_no_answer(found, model, tmp_path):
    series_table.write_csv([looks.failed(found[0], model, "no lungs found")], tmp_path / "s.csv")
    (row,) = csv.DictReader((tmp_path / "s.csv").read_text("utf-8-sig").splitlines())
    assert (row["suitable"], row["reason"], row["p_suspicious"]) == ("no", "no lungs found", "")


def test_the_report_begins_with_the_most_suspicious_series_and_names_no_file_where_none_may_be(found, model):
    rows = [replace(told(s, model), suspicion=Suspicion(1, 0.1 * k)) for k, s in enumerate(found, start=1)]
    cells = of_batch.cells(rows, named=False)
    assert [(row[0], row[3]) for row in cells] == [("series 1", "0.20"), ("series 2", "0.10")]
    assert not any("IM0" in cell for row in cells for cell in row)
    assert any("IM0" in row[0] for row in of_batch.cells(rows, named=True))


def test_the_command_tells_the_values_that_findings_prints(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    arguments = ["a", "--out", str(tmp_path / "out"), "--model", "cnn", "--workers", "1"]
    assert cli.main(["batch", *arguments]) == exit_codes.OK
    capsys.readouterr()
    assert cli.main(["findings", "--json", "a"]) == exit_codes.OK
    printed = json.loads(capsys.readouterr().out)
    out = tmp_path / "out"
    (series,) = csv.DictReader((out / "series.csv").read_text("utf-8-sig").splitlines())
    assert float(series["p_suspicious"]) == printed["findings"][0]["score"]
    assert int(series["findings"]) == sum(f["called"] for f in printed["findings"])
    assert series["conclusion"] == printed["conclusion"]
    slices = list(csv.DictReader((out / "results.csv").read_text("utf-8-sig").splitlines()))
    assert sorted(float(r["p_suspicious"]) for r in slices) == sorted(s for _, s in printed["slice_scores"])
    assert json.loads((out / "summary.json").read_text("utf-8"))["series"]["answered"] == 1
    text = "".join(page.extract_text() for page in PdfReader(out / "report.pdf").pages)
    assert "CT series" in text
    assert f"{printed['findings'][0]['score']:.2f}" in text
