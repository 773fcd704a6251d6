"""What may be printed: letters as they are, and nothing that a terminal would act on."""

from __future__ import annotations

import pytest

from lungview.cli.plain import plain


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Müller, 山田: slice 1/2", "Müller, 山田: slice 1/2"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("two\nlines\r", r"two\nlines\r"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202emcd.exe", r"a\u202emcd.exe"),
        ("no utf-8: \udcff", r"no utf-8: \udcff"),
    ],
)
def test_what_a_terminal_would_act_on_is_escaped(text: str, printed: str) -> None:
    assert plain(text) == printed
