"""A browser for the tests of the page, and a tab in it that keeps quiet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from tests.serve.conftest import Served

if TYPE_CHECKING:  # its driver is not everywhere
    from playwright.sync_api import Browser

    from tests.serve.page.browser import Tab


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all files of this folder: its driver runs a loop that tests elsewhere must not find running."""
    from tests.serve.page.browser import CHROMIUM, chromium

    if not Path(CHROMIUM).exists():
        pytest.skip("not installed: chromium")
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Tab]:
    """A tab; at its end nothing was said on the console, and nobody else was asked."""
    from tests.serve.page.browser import ready, tab

    with tab(browser, served.url) as found:
        ready(found)
        yield found
        assert [url for url in found.asked if not url.startswith((served.url, "data:", "blob:"))] == []
        assert [line for line in found.told if "status of" not in line] == []  # a problem's own line


@pytest.fixture(scope="package")
def screenshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of noise."""
    path = tmp_path_factory.mktemp("png") / "screenshot.png"
    noise = np.random.default_rng(1).integers(0, 255, (120, 160), np.uint8)
    cv2.imwrite(str(path), cv2.GaussianBlur(noise, (0, 0), 3))
    return path
