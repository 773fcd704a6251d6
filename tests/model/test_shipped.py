"""The models in `models/`: whole, described, measured, and no larger than was promised."""

import hashlib
import json

import pytest

from lungview.model import registry
from lungview.model.card import combined_sha256
from lungview.paths import models

ENTRIES = {e.card.id: e for e in registry.entries() if e.folder.parent == models()}
NETWORKS = {
    "subtype": "alexnet cnn efficientnet_lite0 inception_v3 mobilenet_v2 resnet50 resnet50_last20",
    "nodule": "alexnet efficientnet_b0 resnet50 vgg16 vgg19",
}
MOST_BYTES, MOST_BYTES_TOGETHER = 26_000_000, 165_000_000
every = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
every_classifier = pytest.mark.parametrize("entry", [e for e in ENTRIES.values() if e.card.classifies])
every_network = pytest.mark.parametrize("entry", [e for e in ENTRIES.values() if not e.card.ensemble])


@pytest.mark.parametrize("task", NETWORKS)
def test_there_is_one_of_every_architecture_and_an_ensemble_of_subtypes(task: str) -> None:
    found = sorted(e.card.architecture for e in ENTRIES.values() if e.card.task == task)
    wanted = NETWORKS[task].split() + (["ensemble"] if task == "subtype" else [])
    assert found == sorted(wanted)


def test_the_index_names_each_once_and_a_default_that_is_there() -> None:
    index = json.loads((models() / "index.json").read_text(encoding="utf-8"))
    assert sorted(index["models"]) == sorted(ENTRIES)
    assert index["default"] in ENTRIES


@every_network
def test_a_file_is_the_one_its_card_describes(entry) -> None:
    content = (entry.folder / entry.card.file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry.card.sha256
    assert len(content) == entry.card.size <= MOST_BYTES


def test_all_files_together_are_small_enough_to_ship() -> None:
    assert sum(e.card.size for e in ENTRIES.values()) <= MOST_BYTES_TOGETHER


@every_classifier
def test_a_card_says_what_the_model_is_worth_and_for_what(entry) -> None:
    card = entry.card
    words = (card.data, card.split, card.intended_use, card.limits, card.licence_data, card.licence_weights)
    assert all(words)
    assert card.calibrated
    test = card.metrics["test"]
    assert test["n"] == (280 if card.task == "subtype" else 581)
    assert test["ci95"]["accuracy"][0] < test["accuracy"] < test["ci95"]["accuracy"][1]
    assert test["unsuitable"]["refused"] >= 0.95
    if card.task == "subtype":
        assert {"published_test", "left_out_hospital"} <= set(card.metrics)


def test_the_judge_of_malignancy_says_of_how_many_patients_and_beats_the_diameter() -> None:
    card = ENTRIES["malignancy"].card
    test = card.metrics["test"]
    assert card.limits
    assert test["patients"] >= 100
    assert test["ci95"]["gain"][0] > 0
    assert test["dice"] >= 0.80


def test_the_findings_card_says_on_how_many_patients_each_figure_rests() -> None:
    card = ENTRIES["findings"].card
    found = card.metrics["out_of_fold"]
    assert found["patients"] == len(found["by_patient"]) == 4
    assert found["ci95"][0] < found["within_patient_auc"] <= found["ci95"][1]
    assert card.metrics["lidc_test"]["patients"] == 172
    assert {"normal", "covid"} <= set(card.metrics["called"])
    assert all((card.data, card.split, card.intended_use, card.limits, card.licence_data))
    assert card.size <= 12_000_000


@every
def test_an_ensemble_is_of_the_files_that_are_there(entry) -> None:
    members = [ENTRIES[m.id] for m in entry.card.ensemble]
    assert all(m.card.sha256 == part.sha256 for m, part in zip(members, entry.card.ensemble, strict=True))
    if members:
        assert entry.card.sha256 == combined_sha256(m.card.sha256 for m in members)
