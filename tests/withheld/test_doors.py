"""What the gate refused leaves through no door; what was overridden says so at each: kinds by doors."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest

from lungview.classify.classify import classify
from lungview.model import registry
from tests.withheld.conftest import Answers
from tests.withheld.doors import DOORS, WITHOUT_ANSWER, Out, World
from tests.withheld.kinds import KINDS, OF_CT, binaries, numbers

Worlds = Callable[..., World]
_QUICK = ("head", "abdomen", "unlike", "colour")
EVERY = [pytest.param(kind, marks=() if kind in _QUICK else pytest.mark.long) for kind in KINDS]


def _stands(number: str, text: str) -> bool:
    """Whether it is there on its own: a time of 0.08312 s holds 0.083 by chance."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text) is not None


def told(out: Out, which: str) -> list[object]:
    """What of the withheld is in it."""
    raw = out.raw + out.pictures
    texts: list[object] = [
        n for n in numbers(which) if _stands(n, out.text) or _stands(n, raw.decode("latin-1"))
    ]
    return [*texts, *(b for b in binaries(which) if b in raw)]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", EVERY)
def test_nothing_of_what_a_network_said_of_a_refused_slice_is_told(
    kind: str, door: str, answers: Answers, world: Worlds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outs = {}
    for which in ("one", "other"):
        answers(kind, which)
        outs[which] = DOORS[door](world(kind, which))
        assert told(outs[which] + Out(caplog.text), which) == []
    # Nor by a class's name, its order or a colour: another answer of the network changes nothing.
    assert outs["one"].outline.replace("other", "one") == outs["other"].outline.replace("other", "one")
    assert outs["one"].pictures == outs["other"].pictures


@pytest.mark.parametrize("door", [name for name in DOORS if name.startswith("report")])
def test_no_report_of_a_refused_slice_speaks_of_the_probabilities_that_it_does_not_hold(
    door: str, answers: Answers, world: Worlds
) -> None:
    answers("abdomen", "one")
    text = DOORS[door](world("abdomen")).text.casefold()
    assert [w for w in ("probabilities are", "probability:", "scores are", "grad-cam") if w in text] == []


def spaceless(text: str) -> str:
    """Without the breaks that lines of a page, and rules of a table, put into a sentence."""
    return re.sub(r"[\s\\]+", "", text)


@pytest.mark.parametrize("door", [name for name in DOORS if name not in WITHOUT_ANSWER])
@pytest.mark.parametrize("kind", EVERY)
def test_an_overridden_answer_is_told_as_one_with_every_reason(
    kind: str, door: str, answers: Answers, world: Worlds
) -> None:
    network = answers(kind, "one")
    there = world(kind, override=True)
    found = classify(there.first, registry.default()).prediction
    assert found is not None
    assert network.asked
    out = DOORS[door](there)
    if kind not in OF_CT and ".dcm" in door:
        assert "a DICOM report needs a DICOM source" in out.text
        return
    assert "overridden" in out.text
    assert [r for r in found.suitability.reasons if spaceless(r) not in spaceless(out.text)] == []
    # So the search for what is withheld would have found it.
    assert told(out, "one") or "0.81" in out.text or (door == "report.dcmsc" and "Grad-CAM" in out.text)
