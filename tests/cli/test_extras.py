"""What a plain installation leaves out is named, and how to get it."""

from __future__ import annotations

import pytest

from lungview.cli.extras import needed
from lungview.errors import InputError


def test_a_part_that_is_not_installed_is_named_with_what_brings_it() -> None:
    with pytest.raises(InputError) as raised, needed("training", "train"):
        import no_such_part  # noqa: F401
    assert raised.value.message == "training needs a part that is not installed (no_such_part)"
    assert raised.value.hint == "pip install lungview[train]"
