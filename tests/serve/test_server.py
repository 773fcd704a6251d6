"""What a server starts with."""

import os

import pytest

from lungview.errors import ModelError
from lungview.serve.offer import installed
from lungview.serve.server import cpus, read_token


def test_a_token_is_read_without_its_line_end(tmp_path):
    path = tmp_path / "token"
    path.write_text("x" * 32 + "\n")
    path.chmod(0o600)
    assert read_token(path) == "x" * 32


def test_the_processors_are_those_that_this_process_may_use():
    assert cpus() == len(os.sched_getaffinity(0))


def test_models_are_offered_in_the_registrys_order_and_the_first_classifier_begins():
    offer = installed(["cnn", "malignancy", "alexnet"])
    assert [entry.card.id for entry in offer.entries] == ["alexnet", "cnn", "malignancy"]
    assert offer.default == "alexnet"


def test_no_models_at_all_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr("lungview.paths.models", lambda: tmp_path)
    with pytest.raises(ModelError, match="no models are installed"):
        installed()
