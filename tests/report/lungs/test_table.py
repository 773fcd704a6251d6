"""Lungs in numbers as text and as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from lungview.report.lungs.table import COLUMNS, as_csv, as_text
from lungview.report.lungs.words import Scan
from tests.report.lungs.conftest import scan


def _rows(*scans: Scan) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(scans).decode("utf-8-sig"))))


def test_the_text_has_each_third_and_says_how_thirds_are_cut() -> None:
    said = as_text([scan()]).splitlines()
    assert said[0] == "Lungs, 2024-01-31"
    assert "Both lungs: Volume 96 ml, %LAA−950 10.0%, Perc15 −850 HU, Mean density −861 HU" in said
    assert (
        "Left lung, lower third: Volume 16 ml, %LAA−950 10.0%, Perc15 −850 HU, Mean density −861 HU" in said
    )
    assert any(line.startswith("Thirds are of equal height") for line in said)
    assert "Over time:" not in said


def test_over_time_the_text_has_the_change_of_each_scan() -> None:
    said = as_text([scan("20230131", 0.1), scan("20240131", 0.2)])
    assert "   Change: Volume +0 ml (+0%), %LAA−950 +10.0 points, Perc15 −110 HU, Mean density −11 HU" in said


def test_the_table_has_a_row_a_lung_and_third_of_each_scan() -> None:
    rows = _rows(scan("20230131"), scan("20240131"))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 2 * 12
    assert [row["date"] for row in rows[::12]] == ["2023-01-31", "2024-01-31"]
    right = rows[5]
    assert (right["lung"], right["part"]) == ("right lung", "upper third")
    assert (right["kernel"], right["kv"]) == ("B70f", "120")
    assert (float(right["volume_ml"]), float(right["laa950"])) == (pytest.approx(16), pytest.approx(0.1))


def test_a_scan_without_lungs_has_its_reason_and_no_number(unmeasured: Scan) -> None:
    (row,) = _rows(unmeasured)
    assert row["note"] == "Not measured: no lungs found."
    assert not any(row[name] for name in ("volume_ml", "laa950", "perc15_hu", "mean_hu"))
    assert "Not measured: no lungs found." in as_text([unmeasured])
    assert "ml" not in as_text([unmeasured])


def test_part_of_the_lungs_is_marked_in_every_row_and_has_no_thirds(part: Scan) -> None:
    rows = _rows(part)
    assert [(row["lung"], row["part"], row["coverage"]) for row in rows] == [
        (lung, "in the scan", "partial") for lung in ("both lungs", "right lung", "left lung")
    ]
    assert all("of the part scanned, not comparable with whole lungs" in row["note"] for row in rows)
    assert all("the lungs reach the lowest slice" in row["note"] for row in rows)
    said = as_text([part])
    assert "Both lungs: Volume in the scan 96 ml, %LAA−950 10.0%" in said
    assert "of the part scanned, not comparable with whole lungs" in said
    assert "third:" not in said
    assert _rows(scan())[0]["coverage"] == "complete"
