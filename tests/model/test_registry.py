"""The models there are, in order, and one damaged card hides no other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lungview import paths
from lungview.errors import ModelError
from lungview.model import registry
from lungview.model.card import Member, combined_sha256
from tests.model.conftest import CLASSES

Install = Callable[..., Path]
HASH = "0" * 64


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


def together(*ids: str, of: str = HASH) -> dict[str, object]:
    """The card fields of an ensemble of models whose files have the hash `of`."""
    return {"ensemble": tuple(Member(i, of) for i in ids), "sha256": combined_sha256([of] * len(ids))}


def test_an_ensemble_is_its_members(shipped: Install) -> None:
    shipped(id="a"), shipped(id="b"), shipped(id="both", **together("a", "b"))
    assert [e.card.id for e in registry.members(registry.find("both"))] == ["a", "b"]


def test_an_ensemble_s_hash_is_that_of_its_members_hashes(shipped: Install) -> None:
    """`printf %0128d 0 | sha256sum`: two members of 64 zeros."""
    shipped(id="a"), shipped(id="b"), shipped(id="both", **together("a", "b"))
    expected = "45725791c47b32618cc57b88343e2bceec3b0a01b83bc97d144a2cbc11a20c3d"
    assert registry.find("both").card.sha256 == expected


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (together("a", "gone"), "member gone is not installed"),
        (together("a", of="1" * 64), "member a is another version"),
    ],
)
def test_an_ensemble_that_is_not_whole_is_told_and_not_offered(
    shipped: Install, fields: dict[str, object], sentence: str
) -> None:
    shipped(id="a"), shipped(id="both", **fields)
    assert ids() == ["a"]
    assert sentence in registry.scan().problems[0].message


def test_an_ensemble_of_members_with_other_classes_is_told_and_not_offered(shipped: Install) -> None:
    shipped(id="a", classes=CLASSES[::-1]), shipped(id="both", **together("a"))
    assert "has other classes" in registry.scan().problems[0].message
    assert ids() == ["a"]


def test_an_ensemble_goes_on_while_a_member_s_folder_is_taken_away(shipped: Install) -> None:
    """The networks are held by their hash; what answers cannot become another."""
    folder = shipped(id="a")
    shipped(id="both", **together("a", "a"))
    entry = registry.find("both")
    before = registry.members(entry)
    (folder / "card.json").unlink()
    assert registry.members(entry) == before


def test_a_model_that_is_not_installed_is_found_by_its_folder(shipped: Install, tmp_path: Path) -> None:
    folder = shipped(id="a").rename(tmp_path / "elsewhere")
    assert registry.find(str(folder)).card.id == "a"


def test_a_findings_model_is_found_and_never_the_one_to_begin_with(shipped: Install) -> None:
    shipped(id="a", task="findings")
    shipped(id="b", task="subtype")
    assert registry.default().card.id == "b"
    assert registry.default("findings").card.id == "a"
    assert [e.card.id for e in registry.scan().classifiers] == ["b"]
    assert [e.card.id for e in registry.entries()] == ["a", "b"]
