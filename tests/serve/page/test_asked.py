"""The page in a real browser: models asked, and servers that answer, refuse or die."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import cv2
import httpx
import numpy as np
import pypdf
import pytest

pytest.importorskip("playwright", reason="needs the browser's driver (playwright)")

from playwright.sync_api import expect

from lungview.classify import words
from lungview.image.phantom import Thorax, write_series
from tests.serve.conftest import TOKEN, for_others, running
from tests.serve.page.browser import ready, tab

SIDES = ("top", "left", "bottom", "right")


def test_predict_shows_what_the_interface_answers(page, slices, client):
    page.open(*slices)
    page.ask("custom", "tiny")
    if page.page.locator("#override").count():
        page.press("#override")
    form = [("file", (slices[-1].name, slices[-1].read_bytes()))]
    fields = {"model": "tiny", "override": "true"}
    (answer,) = client.post("/classify", files=form, data=fields).json()["answers"]
    values = page.page.locator(".bars .value").all_inner_texts()
    assert values[:3] == [words.share(p) for p in answer["probabilities"]]
    assert page.text(".verdict") == answer["words"]["headline"]
    assert "Operating point 0.5" in page.text("#answer")
    page.picture("answer")


def test_a_heat_map_can_be_chosen_faded_and_left_behind_by_another_slice(page, slices):
    page.open(*slices)
    page.ask("custom", "tiny")
    if page.page.locator("#override").count():
        page.press("#override")
    heat = page.page.locator("#heat")
    page.page.select_option("#heat-class", "plain")
    assert heat.get_attribute("src").startswith("data:image/png;base64,")
    page.page.locator("#opacity").fill("80")
    assert heat.evaluate("layer => layer.style.opacity") == "0.8"
    page.page.select_option("#heat-class", "")
    assert heat.is_hidden()
    page.page.select_option("#heat-class", "dark")
    page.page.locator("#slice").fill("2")
    assert heat.is_hidden()


def test_what_is_refused_shows_reasons_and_no_number(page, tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), np.zeros((200, 200), np.uint8))
    page.open(tmp_path / "blank.png")
    page.ask("custom", "tiny")
    assert page.page.locator(".refused").count() >= 2
    assert page.page.locator(".bars").count() == 0
    assert page.page.locator("#heat-controls").is_hidden()
    page.press("#override")
    assert "overridden by the reader" in page.text("#answer")
    assert page.page.locator(".bars li").count() == 4


def test_a_box_drawn_with_the_mouse_is_the_box_that_is_asked(page, screenshot, client):
    page.open(screenshot)
    page.page.select_option("#task", "nodule")
    page.page.select_option("#model", "alexnet_nodule")
    area = page.page.locator("#stage").bounding_box()
    factor = area["width"] / 160
    page.page.mouse.move(area["x"] + 60 * factor, area["y"] + 40 * factor)
    page.page.mouse.down()
    page.page.mouse.move(area["x"] + 90 * factor, area["y"] + 70 * factor, steps=4)
    page.page.mouse.up()
    typed = {side: float(page.page.input_value(f"#box-{side}")) for side in SIDES}
    expected = {"top": 40, "left": 60, "bottom": 70, "right": 90}
    assert all(abs(typed[side] - expected[side]) <= 1 for side in expected)
    page.press("#predict")
    if page.page.locator("#override").count():
        page.press("#override")
    box = ",".join(str(typed[side]) for side in SIDES)
    form = [("file", ("a.png", screenshot.read_bytes()))]
    fields = {"model": "alexnet_nodule", "override": "true", "box": box}
    (answer,) = client.post("/classify", files=form, data=fields).json()["answers"]
    assert page.text(".verdict") == answer["words"]["headline"]
    page.picture("box")


@pytest.mark.parametrize(
    ("box", "said"),
    [(("900", "900", "950", "950"), "at least 2 × 2 pixels"), (("9", "", "20", "20"), "needs four numbers")],
)
def test_a_box_that_is_none_is_said_in_the_answers_place(page, screenshot, box, said):
    page.open(screenshot)
    page.page.select_option("#task", "nodule")
    page.page.select_option("#model", "alexnet_nodule")
    for side, value in zip(SIDES, box, strict=True):
        page.page.fill(f"#box-{side}", value)
    page.press("#predict")
    assert said in page.text("#answer-problem")
    page.page.click("#clear")
    assert page.page.input_value("#box-top") == ""


def test_all_models_stand_beside_each_other(page, slices):
    page.open(*slices)
    page.ask("subtype", "inception_v3", "#compare")
    rows = page.page.locator("#answer tbody tr")
    assert rows.count() == page.page.locator("#model option").count() >= 8
    page.picture("compare")


def test_findings_of_a_series_can_be_shown_in_it(page, tmp_path):
    page.open(*write_series(tmp_path, Thorax(slices=4, matrix=128, slice_spacing=10.0)))
    page.ask("findings", "blobs")
    assert "Lungs: right" in page.text("#answer")
    page.page.locator("#answer tbody button").first.click()
    slice_number = page.page.locator("#answer tbody td").nth(1).inner_text()
    assert f"Slice {slice_number} of 4" in page.text("#place")
    assert page.page.locator("#marks .finding").count() == 1
    page.picture("findings")


def test_an_answer_that_breaks_off_is_said_in_its_place(page, slices):
    page.open(*slices)
    page.page.evaluate(
        """() => {
            const pull = (to) => to.error(new TypeError("network error"));
            const broken = () => new ReadableStream({ pull });
            window.fetch = async () => new Response(broken(), { status: 200 });
        }"""
    )
    page.ask("custom", "tiny")
    assert page.text("#answer-problem") == "The server stopped in the middle of its answer. Ask again."


def test_a_server_whose_models_no_page_can_ask_says_so(browser, served):
    with tab(browser, "about:blank") as found:
        found.page.route("**/api/v1/models", lambda route: route.fulfill(body=json.dumps(
            httpx.get(f"{served.url}api/v1/models", trust_env=False).json() | {"models": []}
        )))  # fmt: skip
        found.page.goto(served.url)
        expect(found.page.locator("#answer-problem")).to_contain_text("offers no model that a page can ask")


def test_the_report_and_the_table_are_saved_with_the_notice(page, slices):
    page.open(*slices)
    page.ask("custom", "tiny")
    found = {}
    for kind in ("pdf", "csv"):
        with page.page.expect_download() as download:
            page.page.click(f"#{kind}")
        assert download.value.suggested_filename == f"lungview-research-use-only.{kind}"
        found[kind] = Path(download.value.path()).read_bytes()
    assert "Research use only" in pypdf.PdfReader(io.BytesIO(found["pdf"])).pages[0].extract_text()
    (row,) = csv.DictReader(io.StringIO(found["csv"].decode("utf-8-sig")))
    assert row["model"] == "tiny"
    assert "Research use only" in row["notice"]


def test_the_models_card_is_told(page):
    page.page.select_option("#task", "subtype")
    page.page.click("#card summary")
    said = page.text("#card-body")
    assert all(word in said for word in ("Trained on", "Intended use", "Limits", "SHA-256", "accuracy"))


def test_two_tabs_at_once_answer_each_for_itself(browser, served, slices, screenshot):
    with tab(browser, served.url) as one, tab(browser, served.url) as other:
        for each, paths in ((one, slices), (other, [screenshot])):
            ready(each)
            each.open(*paths)
            each.page.select_option("#task", "custom")
        one.page.click("#predict")
        other.page.click("#predict")
        for each in (one, other):
            each.page.wait_for_selector(".verdict")
        assert "Slice 1" in one.text("#answer")
        assert "This picture" in other.text("#answer")


def test_a_server_for_others_is_asked_with_the_token_that_the_reader_types(browser, tmp_path, pair, slices):
    arguments = [*for_others(tmp_path, pair), "--workers", "1"]
    trusting = {"ignore_https_errors": True}
    with running(tmp_path, *arguments) as served, tab(browser, served.url, **trusting) as found:
        for token in ("a wrong one", TOKEN):
            found.page.fill("#token", token)
            found.page.keyboard.press("Enter")
            if token != TOKEN:
                expect(found.page.locator("#token-said")).to_contain_text("does not know this token")
        ready(found)
        found.open(*slices)
        found.press("#predict")
        assert found.page.locator(".verdict").count() == 1
        assert found.page.context.cookies() == []


def test_a_server_that_is_killed_is_said_and_the_picture_stays(browser, tmp_path, slices):
    with running(tmp_path, "--workers", "1", "--models", "tiny") as served, tab(browser, served.url) as found:
        ready(found)
        found.open(*slices)
        served.process.kill()
        served.process.wait(timeout=10)
        found.press("#predict")
        assert "The server does not answer" in found.text("#answer-problem")
        found.page.locator("#slice").fill("2")
        assert "Slice 2 of 3" in found.text("#place")
        found.open(slices[0])
        assert "The server does not answer" in found.text("#pictures-problem")
