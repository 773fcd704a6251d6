"""Comparison and opinion: what stands beside the second reader's one answer."""

from __future__ import annotations

import csv
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lungview.classify import words
from lungview.classify.classify import classify
from lungview.classify.kept import opinions
from lungview.model.input import Box
from lungview.ui.second_reader.model_card import to_html
from lungview.ui.second_reader.panels import compare
from lungview.viewer.second_reader import comparison
from lungview.viewer.second_reader import reader as second_reader
from tests.ui.reading import answered, install, square, thorax_slices


def test_the_comparison_has_a_column_a_model_with_what_each_says_alone(qtbot, show, reader, monkeypatch):
    install("other", name="Other", fit="stretch")
    reader.list_models()
    window = show(*thorax_slices())
    window.session.stack.go(2)
    panel = window.panels["compare"]
    panel.start.click()
    qtbot.waitUntil(lambda: panel.table.columnCount() == 2, timeout=20_000)
    names = [panel.table.horizontalHeaderItem(i).text() for i in range(2)]
    assert names == [e.card.name for e in reader.entries]
    for column, entry in enumerate(reader.entries):
        alone = classify(reader.slice, entry).prediction
        assert words.share(max(alone.probabilities)) in panel.table.item(compare.ANSWER, column).text()


def test_models_of_one_task_stand_together_and_nodule_models_wait_for_a_box(qtbot, show, reader):
    """Among twelve models five need a box: five columns that say so would hide the others."""
    install("a_nodule", name="A, nodule", preparation="box", task="nodule")
    install("b_subtype", name="B, subtype", task="subtype", ood_threshold=0.0)
    install("c_nodule", name="C, nodule", preparation="box", task="nodule")
    reader.list_models()
    window = show(square())
    panel, choice = window.panels["compare"], window.panels["prediction"].model
    offered = [choice.itemText(i) for i in range(choice.count())]
    assert offered == [
        "Nodule, in a box you draw", "A, nodule", "C, nodule",
        "Subtype, of the whole slice", "B, subtype",
        "Other models", reader.entries[-1].card.name,
    ]  # fmt: skip
    assert "2 nodule models are left out" in panel.note.text()
    panel.start.click()
    qtbot.waitUntil(lambda: panel.table.columnCount() == 2, timeout=20_000)
    reader.set_box(reader.slice, Box(10, 90, 70, 150))
    panel.start.click()
    qtbot.waitUntil(lambda: panel.table.columnCount() == 4, timeout=20_000)
    names = [panel.table.horizontalHeaderItem(i).text() for i in range(3)]
    assert names == ["A\nnodule", "C\nnodule", "B\nsubtype"]
    assert "unlike the training pictures" in panel.table.item(compare.ANSWER, 2).toolTip()


def test_a_cut_out_nodule_needs_no_box(show, reader):
    install("nodule", preparation="box", task="nodule")
    reader.list_models()
    reader.choose("nodule")
    window = show(square(rows=64, columns=160))
    assert window.panels["prediction"].verdict.text() == "This model judges one nodule"
    window = show(square(1, rows=64, columns=64))
    assert window.panels["prediction"].verdict.text() == "Not classified yet"


def test_a_heading_among_the_models_cannot_be_chosen(show, reader):
    install("nodule", preparation="box", task="nodule")
    reader.list_models()
    choice = show(square()).panels["prediction"].model
    assert choice.currentData() == reader.entry.card.id
    headings = [i for i in range(choice.count()) if choice.itemData(i) is None]
    assert len(headings) == 2
    assert not any(choice.model().item(i).isEnabled() for i in headings)


def test_a_double_click_on_a_column_chooses_the_model(qtbot, show, reader):
    install("other", name="Other")
    reader.list_models()
    window = show(square())
    panel = window.panels["compare"]
    panel.start.click()
    qtbot.waitUntil(lambda: panel.table.columnCount() == 2, timeout=20_000)
    other = [e.card.id for e in reader.entries].index("other")
    panel.table.cellDoubleClicked.emit(0, other)
    assert reader.entry.card.id == "other"
    assert reader.case() is not None  # that of the comparison


def test_another_slice_empties_the_comparison(qtbot, show, reader):
    window = show(square(0), square(1))
    panel = window.panels["compare"]
    panel.start.click()
    qtbot.waitUntil(lambda: panel.table.columnCount() == 1, timeout=20_000)
    window.session.stack.step(1)
    assert panel.table.columnCount() == 0


def test_another_box_empties_the_comparison(qtbot, show, reader):
    window = show(square(0))
    panel = window.panels["compare"]
    panel.start.click()
    qtbot.waitUntil(lambda: panel.table.columnCount() == 1, timeout=20_000)
    reader.set_box(reader.slice, Box(10, 90, 70, 150))
    assert panel.table.columnCount() == 0


def test_enter_on_a_column_chooses_the_model(qtbot, show, reader):
    install("other", name="Other")
    reader.list_models()
    window = show(square(0))
    window.docks["compare"].show()
    panel = window.panels["compare"]
    panel.start.click()
    qtbot.waitUntil(lambda: panel.table.columnCount() == 2, timeout=20_000)
    panel.table.setCurrentCell(compare.ANSWER, [e.card.id for e in reader.entries].index("other"))
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert reader.entry.card.id == "other"


def test_a_failing_comparison_is_told_and_can_be_run_again(qtbot, show, reader, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    window = show(square())
    monkeypatch.setattr(comparison, "compare", broken)
    with qtbot.waitSignal(window.session.told) as told:
        window.panels["compare"].start.click()
    assert "ZeroDivisionError" in told.args[0]
    assert window.panels["compare"].start.isEnabled()


def test_an_opinion_recorded_in_the_panel_is_in_the_log_and_in_its_table(qtbot, show, reader, tmp_path):
    window = show(square())
    panel = window.panels["opinion"]
    panel.label.setCurrentIndex(panel.label.findData("dark"))
    panel.remark.setText("seen twice")
    panel.record.click()
    assert opinions.read()[-1].reader_label == "dark"
    panel.write(tmp_path / "log.csv")
    lines = (tmp_path / "log.csv").read_text(encoding="utf-8-sig").splitlines()
    (row,) = csv.DictReader(lines[1:])
    assert (row["reader_label"], row["remark"]) == ("dark", "seen twice")


def test_a_slice_is_read_first_by_keys_alone(qtbot, show, reader):
    window = show(square())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.session.viewport.setFocus()
    reader.first.set_on(True)
    before = window.session.viewport.state.window
    for key in (Qt.Key.Key_Return, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_Return):
        QTest.keyClick(window.focusWidget(), key)
    (kept,) = opinions.read()
    assert (kept.reader_label, kept.confidence, kept.read_first) == (
        reader.entry.card.classes[1].key,
        3,
        True,
    )
    assert window.session.viewport.state.window == before  # no digit was a preset
    assert window.focusWidget() is window.session.viewport


def test_asking_for_an_answer_brings_the_opinion_to_the_front_when_reading_first(qtbot, show, reader):
    window = show(square())
    window.docks["prediction"].raise_()
    reader.first.set_on(True)
    window.actions_table["analyse.run"].trigger()
    opinion = window.panels["opinion"]
    qtbot.waitUntil(lambda: not opinion.visibleRegion().isEmpty())
    assert opinion.rating.hasFocus() or not window.isActiveWindow()


def test_an_answer_that_arrives_takes_no_choice_away(qtbot, show, reader):
    window = show(square())
    panel = window.panels["opinion"]
    panel.label.setCurrentIndex(panel.label.findData("dark"))
    answered(qtbot, reader, override=True)
    assert panel.label.currentData() == "dark"


def test_how_sure_the_reader_was_is_said_with_the_opinion(show, reader):
    window = show(square())
    reader.first.record(reader.slice, "dark", None, confidence=4)
    assert window.panels["opinion"].said.text().endswith("(sure)")


def test_without_a_choice_nothing_is_recorded(show, reader):
    window = show(square())
    window.panels["opinion"].record.click()
    assert opinions.read() == ()


def test_agreement_can_be_given_only_to_an_answer_that_is_shown(qtbot, show, reader):
    window = show(square())
    panel = window.panels["opinion"]
    assert not panel.agree.isEnabled()
    answered(qtbot, reader, override=True)
    panel.disagree.click()
    assert opinions.read()[-1].agrees is False


def test_the_card_dialog_says_that_the_mirror_image_is_judged_too(reader):
    card = reader.entry.card
    said = "judged with its mirror image"
    assert said not in to_html(replace(card, mirrored=False))
    assert said in to_html(replace(card, mirrored=True))


def test_the_card_dialog_shows_text_as_text(reader):
    html = to_html(replace(reader.entry.card, limits="<b>none</b>"))
    assert "&lt;b&gt;none&lt;/b&gt;" in html
    assert reader.entry.card.sha256 in html
    assert second_reader.of(reader.workspace) is reader
