"""Markdown parted into what stands by itself."""

from __future__ import annotations

from lungview.viewer.manual.blocks import blocks, plain, without_comments

TEXT = """# Keys

Press *2*
for lung.

* one
  and more
* two

| key | does |
|---|---|
| `D` | ruler |

```
lungview --help

# no heading
```

<!-- English parts: 12ab -->
"""


def test_each_part_is_one() -> None:
    assert blocks(TEXT) == (
        "# Keys",
        "Press *2*\nfor lung.",
        "* one\n  and more",
        "* two",
        "| key | does |",
        "| `D` | ruler |",
        "```\nlungview --help\n# no heading\n```",
    )


def test_marks_are_no_words() -> None:
    assert plain("Press **2** for the [lung](lung.md) `window`.") == "Press 2 for the lung window."
    assert plain("| `D` | ruler |") == "D ruler"
    assert plain("## Lungs in\nnumbers") == "Lungs in numbers"
    assert plain("**按“1”。**然后") == "按“1”。然后"


def test_what_is_for_authors_alone_is_not_read() -> None:
    assert without_comments("a\n\n<!-- b\nc -->\n") == "a\n\n"
