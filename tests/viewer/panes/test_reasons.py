"""Why something could not be read or opened, as one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview.errors import DamagedFile
from lungview.image.slice import Instance
from lungview.sources.files.scan import Scan, Skipped
from lungview.viewer.panes.reasons import LISTED, NOTHING, TEXTS, why_it_stopped, why_nothing, why_unread

A, B = Path("a.dcm"), Path("b.dcm")
CUT = DamagedFile("cut short", A)


def test_a_known_reason_is_said_as_it_is():
    assert why_unread(CUT, Instance(A)) is CUT
    assert why_it_stopped(CUT) is CUT


def test_of_a_fault_of_the_program_the_kind_is_said_and_no_word_of_its_text():
    error = ZeroDivisionError("Nobody^Ann")
    said = (str(why_unread(error, Instance(A))), str(why_it_stopped(error)))
    assert all("ZeroDivisionError" in each and "Nobody" not in each for each in said)


def test_the_one_file_has_its_own_reason():
    assert why_nothing(Scan((), (Skipped(A, CUT),)), [A]) is CUT


@pytest.mark.parametrize(("paths", "path"), [([A], str(A)), ([A, B], "")])
def test_of_several_it_is_said_where_their_reasons_are(paths, path):
    error = why_nothing(Scan((), (Skipped(A, CUT), Skipped(B, CUT))), paths)
    assert (error.message, str(error.path), error.hint) == (NOTHING, path, LISTED)


def test_each_text_is_said_in_the_readers_language():
    words = dict(zip(TEXTS, ("ungelesen %1", "beendet %1", "nichts", "Liste", "danach"), strict=True))
    two = Scan((), (Skipped(A, CUT), Skipped(B, CUT)))
    said = (
        why_unread(KeyError(), Instance(A), words.__getitem__).message,
        why_it_stopped(KeyError(), words.__getitem__).message,
        why_nothing(two, [A], words.__getitem__).message,
    )
    assert said == ("ungelesen KeyError", "beendet KeyError", "nichts")
