"""The models there are, in order, and one damaged card hides no other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lungview import paths
from lungview.errors import CardError, ModelError
from lungview.model import registry

Install = Callable[..., Path]


def ids() -> list[str]:
    return [e.card.id for e in registry.entries()]


def test_shipped_models_come_in_the_index_s_order_and_the_user_s_after_them(shipped: Install) -> None:
    shipped(id="b"), shipped(id="a"), shipped(id="mine", user=True)
    registry.write_index(paths.models(), "a", ("b", "a"))
    assert ids() == ["b", "a", "mine"]
    assert registry.default().card.id == "a"


def test_the_default_of_a_task_is_a_model_of_that_task(shipped: Install) -> None:
    shipped(id="b", task="subtype"), shipped(id="n")
    registry.write_index(paths.models(), "b", ("b", "n"))
    assert registry.default("nodule").card.id == "n"


def test_a_damaged_card_is_told_and_hides_no_other(shipped: Install) -> None:
    shipped(id="good")
    (shipped(id="bad") / "card.json").write_text('{"schema": 1, "id": "bad"}')
    found = registry.scan()
    assert [e.card.id for e in found.entries] == ["good"]
    assert "name must be present" in found.problems[0].message
    assert found.problems[0].path.endswith("card.json")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"default": 1}'])
def test_a_damaged_index_costs_only_the_order(shipped: Install, text: str) -> None:
    shipped(id="a")
    (paths.models() / "index.json").write_text(text)
    assert ids() == ["a"]
    assert len(registry.scan().problems) == 1


def test_a_user_s_model_cannot_take_the_place_of_a_shipped_one(shipped: Install) -> None:
    folder = shipped(id="a")
    shipped(id="a", user=True)
    found = registry.scan()
    assert [e.folder for e in found.entries] == [folder]
    assert "already that of another model" in found.problems[0].message


def test_an_unknown_model_is_refused_with_the_names_there_are(shipped: Install) -> None:
    shipped(id="a")
    with pytest.raises(ModelError, match="no model “z”; there are: a"):
        registry.find("z")


def test_no_models_at_all_is_one_sentence(shipped: Install) -> None:
    with pytest.raises(ModelError, match="no models are installed"):
        registry.default()


def test_a_version_may_be_asked_for(shipped: Install) -> None:
    shipped(id="a", version="2.1")
    assert registry.find("a@2.1").card.id == "a"


def test_an_ensemble_is_its_members(shipped: Install) -> None:
    shipped(id="a"), shipped(id="b"), shipped(id="both", ensemble=("a", "b"), sha256="")
    assert [e.card.id for e in registry.members(registry.find("both"))] == ["a", "b"]


def test_an_ensemble_of_members_with_other_classes_is_refused(shipped: Install) -> None:
    from tests.model.conftest import CLASSES

    shipped(id="a", classes=CLASSES[::-1]), shipped(id="both", ensemble=("a",), sha256="")
    with pytest.raises(CardError, match="has other classes"):
        registry.members(registry.find("both"))


def test_a_model_that_is_not_installed_is_found_by_its_folder(shipped: Install, tmp_path: Path) -> None:
    folder = shipped(id="a").rename(tmp_path / "elsewhere")
    assert registry.find(str(folder)).card.id == "a"
