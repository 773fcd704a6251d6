"""English again after each test: the language belongs to the whole application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lungview import languages
from lungview.ui.language import speaking


@pytest.fixture(autouse=True)
def _english_again(qapp) -> Iterator[None]:
    yield
    speaking.use(languages.ENGLISH)
