"""Rebinding never leaves a key with two owners."""

from __future__ import annotations

import pytest

from lungview.ui.keys.bindings import Bindings

DEFAULTS = {"tool.ruler": ("D",), "tool.angle": ("A",), "edit.redo": ("Ctrl+Y", "Ctrl+Shift+Z"), "none": ()}


def test_defaults_are_in_force_until_changed() -> None:
    assert Bindings(DEFAULTS).keys("edit.redo") == ("Ctrl+Y", "Ctrl+Shift+Z")


def test_a_key_given_to_an_action_is_taken_from_its_owner() -> None:
    bindings = Bindings(DEFAULTS).given("tool.ruler", "a")
    assert bindings.keys("tool.ruler") == ("D", "A")
    assert bindings.keys("tool.angle") == ()
    assert bindings.clashes() == {}


def test_giving_a_key_to_its_owner_changes_nothing() -> None:
    assert Bindings(DEFAULTS).given("tool.angle", "A") == Bindings(DEFAULTS)


def test_a_key_knows_its_owner_however_it_is_spelt() -> None:
    assert Bindings(DEFAULTS).owner("ctrl+shift+z") == "edit.redo"
    assert Bindings(DEFAULTS).owner("F12") == ""


def test_only_what_differs_from_the_defaults_is_kept() -> None:
    bindings = Bindings(DEFAULTS).given("none", "F5")
    assert dict(bindings.own) == {"none": ("F5",)}
    assert dict(bindings.taken("none", "F5").own) == {}


def test_resetting_an_action_takes_its_default_key_back() -> None:
    swapped = Bindings(DEFAULTS).given("tool.ruler", "A").reset("tool.angle")
    assert swapped.keys("tool.angle") == ("A",)
    assert swapped.keys("tool.ruler") == ("D",)


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="no key"):
        Bindings(DEFAULTS).given("none", "")


def test_a_clash_in_a_file_edited_by_hand_is_found() -> None:
    assert Bindings(DEFAULTS, {"none": ("D",)}).clashes() == {"D": ("tool.ruler", "none")}
