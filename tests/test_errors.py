"""Errors cross process borders and name what went wrong."""

import pickle

import pytest

from lungview import errors

CLASSES = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.LungViewError)]


@pytest.mark.parametrize("error_class", CLASSES)
def test_every_error_survives_pickling_with_all_it_says(error_class: type[errors.LungViewError]) -> None:
    error = error_class("expected a, found b", "/x/y.dcm", "do c")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is error_class
    assert (again.message, again.path, again.hint) == ("expected a, found b", "/x/y.dcm", "do c")


def test_the_sentence_names_the_file() -> None:
    assert str(errors.DamagedFile("cut short", "a.dcm")) == "a.dcm: cut short"
