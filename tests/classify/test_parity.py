"""Window, command line and batch are three callers of one core: the same file, the same numbers."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from lungview import cli, paths
from lungview.batch.inputs import Input
from lungview.batch.work import judge
from lungview.classify.classify import classify
from lungview.image import readers
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.model import registry
from lungview.model.card import Member, combined_sha256, read_card, to_json
from lungview.viewer.second_reader import judging
from tests.classify.conftest import TINY

WRITERS = {"DICOM": write_series, "PNG": write_pngs}


@pytest.fixture
def installed():
    """The tiny model, the same with its input stretched, and an ensemble of the two."""
    tiny = read_card(TINY)
    members = tuple(Member(name, tiny.sha256) for name in ("tiny", "other"))
    pair = {"id": "pair", "ensemble": members, "sha256": combined_sha256(m.sha256 for m in members)}
    for changes in ({}, {"id": "other", "fit": "stretch"}, pair):
        card = replace(tiny, **changes)
        folder = paths.user_models() / card.id
        shutil.copytree(TINY, folder)
        (folder / "card.json").write_text(json.dumps(to_json(card)))


@pytest.mark.parametrize("name", ["tiny", "pair"])
@pytest.mark.parametrize("kind", WRITERS)
def test_three_callers_give_one_answer(kind, name, installed, tmp_path, capsys):
    model = registry.find(name)
    file = WRITERS[kind](tmp_path / "series", Thorax(slices=3, matrix=128))[1]
    core = classify(file, model, override=True).prediction
    assert cli.main(["classify", str(file), "--model", name, "--json", "--override"]) == 0
    line = json.loads(capsys.readouterr().out)
    batch = judge(Input(file), model, override=True).case.prediction
    window = judging.classify(readers.read(file), model, None, True).prediction
    assert tuple(line["probabilities"]) == core.probabilities
    assert batch.probabilities == core.probabilities
    assert window.probabilities == core.probabilities
    assert line["verdict"] == batch.verdict.value == window.verdict.value == core.verdict.value
    assert line["suitability"]["score"] == batch.suitability.score == window.suitability.score
