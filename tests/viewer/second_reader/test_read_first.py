"""The reader's own opinion first: kept with what was seen of the model's, or told why not."""

from __future__ import annotations

from lungview.classify.kept import opinions
from lungview.errors import ReportError
from lungview.viewer.second_reader.read_first import ReadFirst
from tests.tiny import square


def answered(opened, reader, show):
    show(square())
    reader.run(override=True)
    opened.hand.work()
    return reader.case()


def test_an_opinion_given_first_is_kept_without_the_models(opened, reader, show):
    case = answered(opened, reader, show)
    given = []
    reader.first.recorded_now.connect(lambda: given.append(1))
    reader.first.set_on(True)

    reader.first.record(reader.slice, "bright", case, confidence=3)

    (kept,) = opinions.read()
    assert (kept.reader_label, kept.read_first, kept.label, kept.confidence) == ("bright", True, "", 3)
    assert (given, reader.first.hidden(reader.slice)) == ([1], False)


def test_agreeing_is_kept_with_both(opened, reader, show, told):
    case = answered(opened, reader, show)
    reader.first.set_on(True)
    reader.first.record(reader.slice, "dark", case)

    reader.first.agree(reader.slice, case, False)

    kept = opinions.read()[-1]
    assert (kept.reader_label, kept.label, kept.agrees, kept.read_first) == ("dark", "bright", False, True)
    assert told == ["Disagreement kept"]


def test_an_opinion_that_cannot_be_written_is_told_and_hides_the_answer_still(
    opened, reader, show, told, monkeypatch
):
    case = answered(opened, reader, show)
    reader.first.set_on(True)
    monkeypatch.setattr(opinions, "append", _full)

    reader.first.record(reader.slice, "dark", case)

    assert told == ["the log cannot be written"]
    assert reader.first.hidden(reader.slice)


def test_an_opinion_of_an_earlier_session_is_there_soon(opened, reader, show):
    show(square())
    reader.first.record(reader.slice, "dark", None)

    later = ReadFirst(opened.workspace)
    opened.hand.work()
    assert later.opinion(reader.slice) == ""  # asked for, in a thread
    opened.hand.work()

    assert later.opinion(reader.slice) == "dark"


def _full(_: object) -> None:
    raise ReportError("the log cannot be written")
