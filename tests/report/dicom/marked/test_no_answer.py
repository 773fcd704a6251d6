"""What a model said, allowed or refused, leaves in none of the forms that carry a reader's marks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lungview.classify.case import Case, Suitability, Verdict
from lungview.report.content import CaseContent, Layout
from lungview.report.formats import write
from tests.report.conftest import make_card, make_prediction

PROBABILITIES = (0.8137, 0.0719, 0.0911, 0.0233)


@pytest.mark.parametrize("kind", ["pr", "ko", "regions"])
@pytest.mark.parametrize("suitable", [True, False])
def test_no_word_and_no_number_of_a_model_is_in_the_file(
    content: CaseContent, tmp_path: Path, kind: str, suitable: bool
) -> None:
    verdict = Verdict.CALLED if suitable else Verdict.NOT_SUITABLE
    word = Suitability(suitable, 40.0, 12.0, () if suitable else ("no lungs were found",))
    said = make_prediction(probabilities=PROBABILITIES, suitability=word, verdict=verdict)
    asked = replace(content, case=Case(content.slice.instance, said), card=make_card())
    write(asked, tmp_path / "out.dcm", Layout(), kind)
    found = (tmp_path / "out.dcm").read_bytes().lower()
    for word_ in (b"0.81", b"0.07", b"adenocarcinoma", b"malignan", b"demo-subtype", b"no lungs"):
        assert word_ not in found
