"""A model folder on disk is whole, or there is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview.errors import LungViewError
from lungview.model import model_folder
from lungview.model.card import read_card
from tests.tiny import TINY


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    card = read_card(TINY)
    model_folder.write(card, (TINY / card.file).read_bytes(), tmp_path / "a" / "model")
    assert read_card(tmp_path / "a" / "model") == card
    assert (tmp_path / "a" / "model" / card.file).read_bytes() == (TINY / card.file).read_bytes()


def test_a_place_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(LungViewError, match="the model could not be written"):
        model_folder.write(read_card(TINY), b"", tmp_path / "taken")
