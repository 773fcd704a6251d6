"""The page in a real browser: on every size of screen, in both themes, without a mouse, without eyes."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright", reason="needs the browser's driver (playwright)")

from tests.serve.page.browser import ready, tab

SIZES = [(320, 640), (390, 844), (768, 1024), (1280, 720), (3840, 2160)]

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


@pytest.fixture(scope="module")
def table(browser, served):
    """A tab with the table of findings."""
    with tab(browser, served.url, 320, 720) as found:
        ready(found)
        found.page.evaluate(
            """async (answer) => {
                const findings = await import("./findings.js");
                document.getElementById("answer").replaceChildren(...findings.shown(answer, () => {}));
            }""",
            FOUND,
        )
        yield found


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 3840])
def test_the_table_of_findings_is_seen_whole_without_scrolling_sideways(table, width):
    table.page.set_viewport_size({"width": width, "height": 720})
    assert table.evaluate("innerWidth") == width
    said = table.text("#answer")
    assert all(word in said for word in ("123.4 × 118.9", "914312 mm³", "part-solid", "intermediate"))
    wide = "[document.querySelector('.scroll'), document.documentElement]"
    assert table.evaluate(f"{wide}.map((node) => node.scrollWidth - node.clientWidth)") == [0, 0]


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


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_reaches_past_the_screen_and_text_is_readable(browser, served, slices, width, height):
    with tab(browser, served.url, width, height) as found:
        ready(found)
        found.open(*slices)
        found.ask("subtype", "cnn", "#compare")
        found.page.click("#card summary")
        grounds = set()
        for scheme in ("light", "dark"):
            found.page.emulate_media(color_scheme=scheme)
            found.picture(f"{scheme}-{width}")
            assert found.evaluate("document.documentElement.scrollWidth") <= width
            assert found.evaluate(CONTRAST) == []
            grounds.add(found.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert len(grounds) == 2


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
