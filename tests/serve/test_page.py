"""The page, driven in a real browser: every control, by mouse and by keyboard, on every size of screen."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import httpx
import numpy as np
import pypdf
import pytest

pytest.importorskip("playwright", reason="needs the browser's driver (playwright)")

from playwright.sync_api import expect

from lungview.classify import words
from lungview.image import readers
from lungview.image.phantom import Thorax, write_multiframe, write_series
from lungview.image.window import Window, display
from tests.serve.browser import CHROMIUM, Tab, chromium, ready, tab
from tests.serve.conftest import TOKEN, for_others, running

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="not installed: chromium")

SIDES = ("top", "left", "bottom", "right")
SIZES = [(320, 640), (390, 844), (768, 1024), (1280, 720), (3840, 2160)]


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser, served) -> Iterator[Tab]:
    """A tab; at its end nothing was said on the console, and nobody else was asked."""
    with tab(browser, served.url) as found:
        ready(found)
        yield found
        assert [url for url in found.asked if not url.startswith((served.url, "data:", "blob:"))] == []
        assert [line for line in found.told if "status of" not in line] == []  # a problem's own line


@pytest.fixture(scope="module")
def screenshot(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("png") / "screenshot.png"
    noise = np.random.default_rng(1).integers(0, 255, (120, 160), np.uint8)
    cv2.imwrite(str(path), cv2.GaussianBlur(noise, (0, 0), 3))
    return path


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


FOUND = {
    "reasons": [], "notes": ["slices 5 mm apart"], "conclusion": "2 findings are called suspicious",
    "suitable": True, "lungs": {"summary": "right 2,412 ml, left 2,101 ml"}, "slice_scores": [["1", 0.1]],
    "findings": [
        {"id": 1, "slice": 120, "box": [1, 2, 3, 4], "long_mm": 123.4, "short_mm": 118.9, "score": 0.97,
         "volume_mm3": 914312.0, "density": "part-solid", "probability": None, "band": "intermediate"},
        {"id": 12, "slice": 7, "box": [1, 2, 3, 4], "long_mm": None, "short_mm": None, "score": 0.21,
         "volume_mm3": None, "density": "ground glass", "probability": 0.08, "band": "low"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 3840])
def test_the_table_of_findings_is_seen_whole_without_scrolling_sideways(browser, served, width):
    with tab(browser, served.url, width, 720) as found:
        ready(found)
        found.page.evaluate(
            """async (answer) => {
                const findings = await import("./findings.js");
                document.getElementById("answer").replaceChildren(...findings.shown(answer, () => {}));
            }""",
            FOUND,
        )
        said = found.text("#answer")
        assert all(word in said for word in ("123.4 × 118.9", "914312 mm³", "part-solid", "intermediate"))
        wide = "[document.querySelector('.scroll'), document.documentElement]"
        assert found.evaluate(f"{wide}.map((node) => node.scrollWidth - node.clientWidth)") == [0, 0]


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


def test_the_keyboard_alone_gets_from_the_file_to_the_answer(page, slices):
    page.open(*slices)
    order = []
    page.page.focus("#choose-files")
    for _ in range(40):
        focused = page.evaluate("document.activeElement.id || document.activeElement.tagName")
        order.append(focused)
        if focused == "task":
            page.page.keyboard.type("Own")
        if focused == "predict":
            page.page.keyboard.press("Enter")
            break
        page.page.keyboard.press("Tab")
    page.page.wait_for_selector(".verdict")
    wanted = ["choose-files", "choose-folder", "stage", "slice", "preset", "center", "width", "task", "model"]
    assert [name for name in order if name in wanted] == wanted
    assert page.evaluate("document.getElementById('answer').getAttribute('aria-live')") == "polite"


def test_every_control_has_a_name_for_a_screen_reader(page, slices):
    page.open(*slices)
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, select, input:not([type=file]), [tabindex]')]
            .filter((node) => !(node.labels?.[0]?.textContent.trim() || node.textContent.trim()
                || node.getAttribute('aria-label'))).map((node) => node.outerHTML)"""
    )
    assert nameless == []
    levels = page.evaluate("[...document.querySelectorAll('h1, h2')].map((node) => node.tagName)")
    assert levels[:3] == ["H1", "H2", "H2"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_reaches_past_the_screen_and_text_is_readable(browser, served, slices, width, height, scheme):
    with tab(browser, served.url, width, height, color_scheme=scheme) as found:
        ready(found)
        found.open(*slices)
        found.ask("subtype", "cnn", "#compare")
        found.page.click("#card summary")
        found.picture(f"{scheme}-{width}")
        assert found.evaluate("document.documentElement.scrollWidth") <= width
        assert found.evaluate(CONTRAST) == []


# Every text whose contrast to the nearest ground behind it is below 4.5 : 1 (WCAG 2.2, 1.4.3).
CONTRAST = """
(() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[0-9.]+/g).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!colour.endsWith(", 0)")) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const bad = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.disabled || node.closest("noscript, .skip")) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(`${node.tagName} ${node.textContent.trim().slice(0, 30)}`);
  }
  return bad;
})()
"""


def test_the_theme_can_be_chosen_and_is_kept(page, served):
    page.page.select_option("#theme", "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.page.reload()
    ready(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.page.select_option("#theme", "light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert page.page.context.cookies() == []


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
