"""Store what each shipped model says of the bundled sample: what `lungview selftest` compares with.

    python packaging/record_selftest.py

Run it once when a model is added or exchanged; it writes models/<id>/selftest.json.
"""

from __future__ import annotations

import json
import sys

from lungview.cli.checks import models, sample
from lungview.model import registry


def main() -> int:
    """Write one file a model. Returns 0."""
    slice_ = sample.middle()
    for entry in registry.scan().classifiers:
        found = [round(p, 5) for p in models.probabilities(entry, slice_)]
        (entry.folder / models.EXPECTED).write_text(
            json.dumps({"probabilities": found}) + "\n", encoding="utf-8"
        )
        print(entry.card.id, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
