import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader

from lungview.classify.acceptance import compare
from lungview.classify.case import Case, Suitability, Verdict
from lungview.errors import Cancelled, DamagedFile
from lungview.image.slice import Instance
from lungview.model.input import Box
from lungview.report.content import RESEARCH_USE, Layout
from lungview.report.lettering.text import width_of
from lungview.report.pdf.batch import BatchContent, _shortened, write_batch
from lungview.report.pdf.blocks import VALUE
from tests.report.conftest import make_card, make_prediction


@pytest.fixture
def cases(tmp_path: Path) -> list[Case]:
    """Seven cases, three of them flagged; the picture of one is gone meanwhile."""
    for i in range(6):
        cv2.imwrite(str(tmp_path / f"p{i}.png"), np.full((90, 120), 40 * i, np.uint8))
    kinds = (
        {},
        {"label": "normal", "probabilities": (0.01, 0.01, 0.01, 0.97)},
        {"verdict": Verdict.UNCERTAIN, "probabilities": (0.3, 0.1, 0.1, 0.5), "label": "normal"},
        {
            "verdict": Verdict.NOT_SUITABLE,
            "suitability": Suitability(False, 40.0, 12.0, ("no lungs found",)),
        },
        {"label": "squamous_cell"},
    )
    box = Box(0, 0, 90, 120)
    found = [
        Case(Instance(tmp_path / f"p{i}.png"), make_prediction(box=box, **kind))
        for i, kind in enumerate(kinds)
    ]
    (tmp_path / "p4.png").unlink()
    return [
        *found,
        Case(Instance(tmp_path / "p5.png"), make_prediction(label="normal", box=box)),
        Case(Instance(tmp_path / "cut.dcm"), error=DamagedFile("the pixel data end early")),
    ]


def written(tmp_path: Path, content: BatchContent, layout: Layout) -> list[str]:
    write_batch(content, tmp_path / "b.pdf", layout)
    return [page.extract_text() for page in PdfReader(tmp_path / "b.pdf").pages]


def test_a_batch_has_a_summary_a_table_and_two_flagged_cases_a_page(
    tmp_path: Path, layout: Layout, cases: list[Case]
) -> None:
    pages = written(tmp_path, BatchContent(lambda: cases, make_card(), [("Input", "study 7")]), layout)
    assert len(pages) == 1 + 2  # the first case is below the table
    for said in ("study 7", "5 (71.4%)", "1 (14.3%)", "To look at", "threshold", "Limits"):
        assert said in pages[0], said
    for said in ("p0.png", "no call", "no lungs found", "the pixel data end early", "0.970"):
        assert said in pages[1], said
    table, first = pages[1].split("To look at")
    assert table.count("0.970") == 3  # of four with that number one was refused
    assert ["p0.png" in first, "p2.png" in pages[2], "p4.png" in pages[2]] == [True] * 3
    assert "inside the uncertain band" in pages[2]


def test_a_flagged_file_that_is_gone_says_so_instead_of_a_picture(
    tmp_path: Path, layout: Layout, cases: list[Case]
) -> None:
    pages = written(tmp_path, BatchContent(lambda: cases, make_card()), layout)
    gone = pages[2].split("p4.png")[1]
    assert "No picture: there is no such file" in gone
    assert "Grad-CAM" not in gone


def test_every_page_says_research_use_and_its_number(
    tmp_path: Path, layout: Layout, cases: list[Case]
) -> None:
    pages = written(tmp_path, BatchContent(lambda: cases * 20, make_card()), layout)
    assert all(RESEARCH_USE in text for text in pages)
    assert all(f"Page {i}" in text and f"of {len(pages)}" in text for i, text in enumerate(pages, 1))


def test_an_empty_batch_is_a_report_that_says_so(tmp_path: Path, layout: Layout) -> None:
    pages = written(tmp_path, BatchContent(list, make_card()), layout)
    assert "No case was called malignant or is uncertain." in pages[0]


def test_labels_add_a_page_with_figures_and_intervals(
    tmp_path: Path, layout: Layout, cases: list[Case]
) -> None:
    labels = {"p0.png": "adenocarcinoma", "p1.png": "normal", "p4.png": "large_cell"}
    found = compare(cases, labels, make_card())
    pages = written(tmp_path, BatchContent(lambda: cases, make_card(), (), found), layout)
    assert "Against the labels given" in pages[1]
    for said in ("2 of 3", "2 of 2", "1 of 1", "AUC 1.000", "4 files have none."):
        assert said in pages[1], said


def test_what_a_watcher_raises_stops_the_report_and_leaves_nothing(
    tmp_path: Path, layout: Layout, cases: list[Case]
) -> None:
    def stop() -> None:
        raise Cancelled("stopped by the user")

    before = set(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        write_batch(BatchContent(lambda: cases, make_card(), on_case=stop), tmp_path / "b.pdf", layout)
    assert set(tmp_path.iterdir()) == before


def test_a_long_table_has_its_head_once_on_each_page_and_each_row_once(
    tmp_path: Path, layout: Layout
) -> None:
    fine = make_prediction(label="normal", probabilities=(0.01, 0.01, 0.01, 0.97))
    many = [Case(Instance(Path(f"/data/study/CT{i:04d}.dcm")), fine) for i in range(500)]
    pages = written(tmp_path, BatchContent(lambda: many, make_card()), layout)[1:]
    assert len(pages) > 5
    assert [text.count("Verdict or reason") for text in pages] == [1] * len(pages)
    names = re.findall(r"CT\d{4}\.dcm", "\n".join(pages))
    assert names == [f"CT{i:04d}.dcm" for i in range(500)]


def test_an_empty_batch_is_a_report_of_nothing(tmp_path: Path, layout: Layout) -> None:
    pages = written(tmp_path, BatchContent(list, make_card()), layout)
    assert "All files" in pages[1]


def test_of_a_name_too_long_for_the_table_the_end_is_kept() -> None:
    assert _shortened("/data/study/CT0001.dcm", 200) == "study/CT0001.dcm"
    assert _shortened("/data/" + "study" * 30 + "/CT0001.dcm", 200).endswith("study/CT0001.dcm")
    long = _shortened("/data/s/" + "x" * 200 + "-0017.dcm", 100)
    assert long.startswith("…")
    assert long.endswith("-0017.dcm")
    assert width_of(long, VALUE) <= 100
