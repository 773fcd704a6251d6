"""A run's configuration."""

from pathlib import Path

import pytest

from lungview import paths
from lungview.errors import InputError
from lungview.training.findings import recipe
from lungview.training.learn import config

LEAST = {"id": "a", "name": "A", "task": "subtype", "architecture": "cnn", "sources": [{"data": "x"}]}


def test_a_field_that_does_not_exist_is_named() -> None:
    with pytest.raises(InputError, match="epoch_count"):
        config.parse({**LEAST, "epoch_count": 3})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", 8),
        ("epochs", -1),
        ("rate", 0.0),
        ("task", "liver"),
        ("trainable", -1),
        ("features_first", -1),
    ],
)
def test_a_value_out_of_range_is_named(name: str, value: object) -> None:
    with pytest.raises(InputError, match=f"{name} must be"):
        config.parse({**LEAST, name: value})


def test_layers_that_start_at_random_cannot_be_left_as_they_are() -> None:
    with pytest.raises(InputError, match="weights must be given for trainable"):
        config.parse({**LEAST, "trainable": 20})


def test_a_network_that_knows_nothing_cannot_do_without_training() -> None:
    with pytest.raises(InputError, match="weights must be given for 0 epochs"):
        config.parse({**LEAST, "epochs": 0})
    assert config.parse({**LEAST, "epochs": 0, "weights": "runs/a"}).epochs == 0


def test_what_is_written_is_read_back_the_same() -> None:
    given = config.parse({**LEAST, "rate": 1e-3, "recipe": {"rotate": 90.0}})
    assert config.parse(config.to_json(given)) == given


def test_words_for_the_card_do_not_make_another_training() -> None:
    one = config.parse(LEAST)
    assert config.same_training(one, config.parse({**LEAST, "limits": "few pictures"}))
    assert not config.same_training(one, config.parse({**LEAST, "seed": 2}))


@pytest.mark.parametrize(
    "path", sorted((paths.resources() / "training").glob("*.toml")), ids=lambda p: p.stem
)
def test_every_shipped_configuration_is_valid(path: Path) -> None:
    read = recipe.read if recipe.is_findings(path) else config.read
    assert read(path).id in path.stem


def test_a_file_that_is_no_toml_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("id = = 3")
    with pytest.raises(InputError, match="not TOML"):
        config.read(tmp_path / "a.toml")
