"""What features hand one another."""

from __future__ import annotations

import pytest

from lungview.viewer.common.services import Services


def test_what_was_offered_is_found_by_its_class():
    services = Services()
    services.put("a word")

    assert services.find(str) == "a word"
    assert services.find(int) is None


def test_a_second_one_of_a_class_is_refused():
    services = Services()
    services.put("a word")

    with pytest.raises(ValueError, match="there is a str already"):
        services.put("another")


def test_what_is_made_when_asked_for_is_made_once():
    services, made = Services(), []

    assert services.one(list, lambda: made) is made
    assert services.one(list, lambda: ["another"]) is made


def test_what_offers_itself_while_it_is_made_is_the_one():
    services = Services()

    def make() -> list[str]:
        made = ["one"]
        services.put(made)
        return made

    assert services.one(list, make) is services.find(list)
