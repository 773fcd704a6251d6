"""`lungview demo` has the synthetic sample answered wherever it runs."""

from __future__ import annotations

import cv2
import numpy as np
import pypdf
import pytest

from lungview import cli
from lungview.cli import demo
from lungview.errors import ModelError
from lungview.image.phantom import SAMPLE
from lungview.image.phantom.nodules import CALCIFIED, NODULES, SMOOTH, SPICULATED
from lungview.image.readers import read_instance
from lungview.nodules.finding import Density
from lungview.nodules.second_reader.block import indices_of
from lungview.viewer.nodules import sample, truth, truth_picture


@pytest.fixture
def no_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.fixture(scope="module")
def made():
    """The shipped models' answer to the sample."""
    return sample.answered(demo.sample())


@pytest.fixture
def once(monkeypatch, made):
    monkeypatch.setattr(sample, "answered", lambda folder, on_progress=None: made)


def of(made, nodule):
    return next(each for each in made.found if each.true is nodule)


def test_the_shipped_model_calls_the_spiculated_nodule_and_it_alone(made):
    called = [each for each in made.answer.findings if each.called]
    assert [each.finding for each in called] == [of(made, SPICULATED).found.finding]


def test_every_nodule_is_outlined_at_its_place(made):
    for each in made.found:
        away = np.subtract(each.found.finding.place_mm, SAMPLE.place_mm(each.true))
        assert np.linalg.norm(away) < 2.0


def test_densities_are_told_right(made):
    density = [of(made, n).found.finding.density for n in (SPICULATED, SMOOTH, CALCIFIED)]
    assert density == [Density.SOLID, Density.SOLID, Density.CALCIFIED]


@pytest.mark.parametrize("nodule", NODULES, ids=lambda n: n.name)
def test_axes_are_right_to_within_three_mm_on_slices_of_four(made, nodule):
    finding, (long_mm, short_mm) = of(made, nodule).found.finding, nodule.axes_mm
    assert (finding.long_mm, finding.short_mm) == pytest.approx((long_mm, short_mm), abs=1.5)


@pytest.mark.parametrize("nodule", NODULES, ids=lambda n: n.name)
def test_volumes_are_right_to_an_eighth_on_slices_of_four_mm(made, nodule):
    assert abs(of(made, nodule).volume_error) <= 0.125


def test_a_finding_elsewhere_is_no_nodule_of_the_sample(made):
    known = [truth.known(each) for each in made.answer.findings]
    assert known[0].true is SPICULATED
    assert None in known


def test_each_outline_lies_within_its_picture(made):
    images = truth_picture.key_images(made.series, made.found, indices_of(made.series), read_instance)
    assert len(images) == len(NODULES)
    for image in images:
        rows, columns = image.pixels.shape
        (drawn,) = image.drawn
        assert all(0 < p.x < columns and 0 < p.y < rows for p in drawn.annotation.points)


def test_without_a_display_it_says_so_and_writes_picture_and_pdf(no_display, once, tmp_path, capsys):
    assert cli.main(["demo", "--screenshot", str(tmp_path / "out" / "demo.png")]) == 0
    said = capsys.readouterr()
    assert "no display" in said.err
    assert "synthetic" in said.out
    for nodule in NODULES:
        assert f"true {nodule.volume_mm3:.0f} mm³" in said.out
    picture = cv2.imread(str(tmp_path / "out" / "demo.png"))
    assert np.ptp(picture, axis=2).max() > 100  # an outline in colour
    pages = pypdf.PdfReader(tmp_path / "out" / "demo.pdf").pages
    text = "\n".join(page.extract_text() for page in pages)
    assert "Research use only" in text
    assert "SYNTHETIC" in text
    assert f"true {SPICULATED.volume_mm3:.0f} mm³" in text
    assert "…" not in text  # no caption is cut


def test_without_a_model_each_nodule_is_measured_at_a_click(no_display, tmp_path, capsys, monkeypatch):
    def none(*_: object) -> None:
        raise ModelError("no models are installed")

    monkeypatch.setattr(sample, "answered", none)
    assert cli.main(["demo", "--screenshot", str(tmp_path / "demo.png")]) == 0
    said = capsys.readouterr()
    assert "no models are installed" in said.err
    assert said.out.count("measured at a click") == len(NODULES)
    assert (tmp_path / "demo.pdf").is_file()


def test_a_display_that_does_not_answer_is_no_display(monkeypatch):
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    assert not demo.has_display()


def test_the_sample_is_in_the_package():
    assert list(demo.sample().rglob("*.dcm"))
