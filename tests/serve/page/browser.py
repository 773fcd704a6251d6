"""The page in a real Chromium, as a hand, a keyboard or a small screen meets it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60_000  # ms: other tests want the processors too
expect.set_options(timeout=PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Tab:
    """A tab with the page open. told: what its console and its faults said. asked: every address it asked."""

    page: Page
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, *paths: Path) -> None:
        """Choose files as through the button, and wait for the picture or the sentence."""
        self.page.set_input_files("#files", [str(path) for path in paths])
        self.settled()

    def settled(self) -> None:
        """Wait until the pictures are there, or why they are not."""
        expect(self.page.locator("#pictures-state")).not_to_contain_text("Reading")

    def ask(self, task: str, model: str, button: str = "#predict") -> None:
        """Ask a model, and wait for the answer or the sentence."""
        self.page.select_option("#task", task)
        self.page.select_option("#model", model)
        self.press(button)

    def press(self, button: str) -> None:
        self.page.click(button)
        expect(self.page.locator("#asking")).to_have_text("")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def evaluate(self, script: str) -> Any:
        return self.page.evaluate(script)

    def picture(self, name: str) -> None:
        """Keep a screenshot where LUNGVIEW_SCREENSHOTS says, to be looked at."""
        if folder := os.environ.get("LUNGVIEW_SCREENSHOTS"):
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@contextmanager
def tab(browser: Browser, url: str, width: int = 1280, height: int = 900, **options: Any) -> Iterator[Tab]:
    """The page in a tab of its own, ready to be used. options: of the browser's context."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(PATIENCE)
    found = Tab(context.new_page())
    found.page.on("console", lambda message: found.told.append(message.text))
    found.page.on("pageerror", lambda error: found.told.append(str(error)))
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.goto(url)
    yield found
    context.close()


def ready(found: Tab) -> None:
    """Wait until the models are listed."""
    expect(found.page.locator("#model option").first).to_be_attached()
