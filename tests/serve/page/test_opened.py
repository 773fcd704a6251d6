"""The page in a real browser: files opened, scrolled and windowed, by mouse and by keyboard."""

from __future__ import annotations

import json
import zipfile

import cv2
import httpx
import numpy as np
import pytest

pytest.importorskip("playwright", reason="needs the browser's driver (playwright)")

from playwright.sync_api import expect

from lungview.image import readers
from lungview.image.display import display
from lungview.image.phantom import Thorax, write_multiframe
from lungview.image.window import Window
from tests.serve.page.browser import ready, tab


def test_the_research_notice_is_on_the_page(page):
    assert "Research use only" in page.text("header")
    assert "Not for diagnosis" in page.text("footer")


def test_a_series_is_shown_head_first_and_scrolled_by_slider_wheel_and_keys(page, slices):
    page.open(*slices)
    assert "Slice 1 of 3" in page.text("#place")
    page.page.locator("#slice").fill("3")
    assert "Slice 3 of 3" in page.text("#place")
    page.page.hover("#stage")
    page.page.mouse.wheel(0, -100)
    expect(page.page.locator("#place")).to_contain_text("Slice 2 of 3")
    page.page.focus("#stage")
    page.page.keyboard.press("Home")
    assert "Slice 1 of 3" in page.text("#place")
    page.page.keyboard.press("End")
    assert "Slice 3 of 3" in page.text("#place")


@pytest.mark.parametrize("window", [Window(-600, 1500), Window(40, 400), Window(-500, 1)])
def test_the_grey_levels_are_those_of_the_core(page, slices, window):
    page.open(*slices)
    page.page.fill("#center", str(window.center))
    page.page.fill("#width", str(window.width))
    rgba = page.evaluate(
        "[...document.getElementById('picture').getContext('2d').getImageData(0, 0, 128, 128).data]"
    )
    shown = np.array(rgba, np.int16).reshape(128, 128, 4)[..., 0]
    expected = display(readers.read(slices[-1]), window).astype(np.int16)
    assert np.abs(shown - expected).max() <= 1


def test_a_preset_and_a_drag_change_the_window(page, slices):
    page.open(*slices)
    page.page.select_option("#preset", label="Mediastinum")
    assert "center 40, width 400" in page.text("#place")
    area = page.page.locator("#stage").bounding_box()
    page.page.mouse.move(area["x"] + 50, area["y"] + 50)
    page.page.mouse.down()
    page.page.mouse.move(area["x"] + 110, area["y"] + 50)
    page.page.mouse.up()
    assert page.page.input_value("#preset") == ""
    assert float(page.page.input_value("#width")) > 400


def test_a_zip_and_a_folder_are_taken(page, slices, tmp_path):
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        for path in slices:
            archive.write(path, f"inner/{path.name}")
    page.open(tmp_path / "study.zip")
    assert "Slice 1 of 3" in page.text("#place")
    page.ask("custom", "tiny")
    assert page.page.locator(".verdict").count() == 1
    page.page.set_input_files("#folder", str(slices[0].parent))
    page.settled()
    assert "Slice 1 of 3" in page.text("#place")


def test_a_file_let_go_on_the_page_is_opened(page, screenshot):
    content = list(screenshot.read_bytes())
    page.page.evaluate(
        """(bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "dropped.png"));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        }""",
        content,
    )
    page.page.wait_for_selector("#viewer:not([hidden])")
    assert "1 picture" in page.text("#pictures-state")


def test_junk_is_one_sentence_and_what_is_open_stays(page, slices, tmp_path):
    page.open(*slices)
    (tmp_path / "junk.dcm").write_bytes(bytes(range(256)) * 40)
    page.open(tmp_path / "junk.dcm")
    assert "expected DICOM, PNG, JPEG, TIFF or BMP" in page.text("#pictures-problem")
    assert "Slice 1 of 3" in page.text("#place")


def test_junk_among_good_files_is_listed_with_its_reason(page, slices, tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    page.open(*slices, tmp_path / "notes.txt")
    page.page.click("#left-out summary")
    assert "notes.txt: found text" in page.text("#left-out")


def test_more_than_may_be_sent_is_said_before_it_is_sent(browser, served, slices):
    with tab(browser, "about:blank") as found:
        models = httpx.get(f"{served.url}api/v1/models", trust_env=False).json()
        models["bounds"]["upload"] = 1 << 20
        found.page.route("**/api/v1/models", lambda route: route.fulfill(body=json.dumps(models)))
        found.page.goto(served.url)
        ready(found)
        found.open(*slices * 20)
        assert "At most 1 MB are taken at once, found" in found.text("#pictures-problem")
        assert not any("pictures" in url for url in found.asked)


def test_a_name_of_a_file_is_text_and_never_markup(page, tmp_path):
    name = "<img src=x onerror=alert(1)>.txt"
    (tmp_path / name).write_text("x")
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((70, 70), np.uint8))
    page.open(tmp_path / name, tmp_path / "a.png")
    page.page.click("#left-out summary")
    assert name in page.text("#left-out")
    assert page.page.locator("#left-out img").count() == 0


def test_a_dicom_of_300_frames_is_scrolled_and_one_of_them_judged(page, tmp_path):
    write_multiframe(tmp_path / "many.dcm", Thorax(slices=300, matrix=64))
    page.open(tmp_path / "many.dcm")
    page.page.focus("#stage")
    page.page.keyboard.press("End")
    assert "Slice 300 of 300" in page.text("#place")
    page.ask("custom", "tiny")
    assert "Slice 300, Tiny test network" in page.text("#answer")
