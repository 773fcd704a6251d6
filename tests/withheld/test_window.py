"""The window tells nothing of what a network said of a refused slice, on screen or in what leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QTableWidget, QWidget

from lungview.image import readers
from lungview.report import formats
from lungview.report.content import Layout
from lungview.report.film.film import KINDS as FILMS
from lungview.report.formats import Subject
from lungview.ui.film.dialog import Plan
from lungview.ui.film.feature import FilmActions
from lungview.ui.layout import export
from lungview.ui.report import reports
from lungview.ui.second_reader.panels.curve import Curve
from lungview.viewer.second_reader import reader as second_reader
from tests.ui.conftest import _no_key_is_held, _no_window_is_left, make_window, qtbot, show, whole, window
from tests.ui.layout.test_export import pixels
from tests.ui.reading import answered
from tests.withheld.conftest import Answers
from tests.withheld.doors import Out, opened
from tests.withheld.test_doors import EVERY, told

__all__ = ["_no_key_is_held", "_no_window_is_left", "make_window", "qtbot", "show", "window"]
PANELS = ("prediction", "heat_map", "compare", "opinion", "series_curve")


def _texts(widget: QWidget) -> Iterator[str]:
    for label in widget.findChildren(QLabel):
        yield label.text()
        yield label.toolTip()
    for table in widget.findChildren(QTableWidget):
        cells = (table.item(r, c) for r in range(table.rowCount()) for c in range(table.columnCount()))
        yield from (f"{cell.text()} {cell.toolTip()}" for cell in cells if cell is not None)


def _bytes(image: QImage) -> bytes:
    return pixels(image.convertToFormat(QImage.Format.Format_RGB32)).tobytes()


def _asked(qtbot, window, kind: str, folder: Path) -> Out:
    """What there is to see and to take away once every model was asked about a slice."""
    reader = second_reader.of(window.workspace)
    case = answered(qtbot, reader)
    assert case.prediction is not None, kind
    assert case.prediction.refused, kind
    compare = window.panels["compare"]
    compare.run()
    qtbot.waitUntil(lambda: compare.table.columnCount() == 2 and compare.start.isEnabled())
    out = Out("\n".join(text for name in PANELS for text in _texts(window.panels[name])))
    out += Out(pictures=_bytes(window.session.viewport.grab().toImage()))
    out += Out(pictures=_bytes(export.rendered(window.session.viewport, patient=True)))
    window.actions_table["edit.copy"].trigger()
    out += Out(pictures=_bytes(QGuiApplication.clipboard().image()))
    return out + _film(qtbot, window, folder) + _reports(window, folder)


def _film(qtbot, window, folder: Path) -> Out:
    actions = window.findChild(FilmActions)
    kind = next(each for each in FILMS if each.id == "png")
    with qtbot.waitSignal(window.session.told):
        actions.export(Plan(kind, folder / "film", range(1), 10.0, patient=True))
    return sum((opened(path) for path in sorted((folder / "film").iterdir())), Out())


def _reports(window, folder: Path) -> Out:
    """Every report of a case that the dialog offers and that can be written of it."""
    content = reports.draft_of(window.session, None).case
    found = Out(repr(content.case))
    for number, each in enumerate(formats.of(Subject.CASE)):
        path = folder / f"{number}{each.suffix}"
        try:
            each.write(content, path, Layout())
        except formats.ReportError as error:
            found += Out(str(error))
        else:
            found += opened(path)
    return found


@pytest.mark.parametrize("kind", EVERY)
def test_another_answer_of_the_network_changes_nothing_in_the_window_nor_in_what_leaves_it(
    qtbot, show, window, answers: Answers, refused: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    whole(window)
    second_reader.of(window.workspace).list_models()
    slice_ = readers.read(sorted(refused[kind].iterdir())[0])
    outs = {}
    for which in ("one", "other"):
        network = answers(kind, which)
        show(slice_)
        folder = tmp_path / which
        folder.mkdir()
        outs[which] = _asked(qtbot, window, kind, folder)
        assert network.asked >= 3  # the one model, and both beside each other
        assert told(outs[which], which) == []
    assert outs["one"].outline == outs["other"].outline
    assert np.array_equal(outs["one"].pictures, outs["other"].pictures)


def test_the_curve_of_a_series_is_drawn_alike_whatever_was_said_of_the_slices_it_refused(
    qtbot, answers: Answers, refused: dict[str, Path]
) -> None:
    from lungview.classify.series import classify_series
    from lungview.model import registry

    drawn = []
    instances = [readers.read(path).instance for path in sorted(refused["head"].iterdir())]
    for which in ("one", "other"):
        answers("head", which)
        curve = Curve()
        qtbot.addWidget(curve)
        curve.begin(registry.default().card, 3)
        curve.show_points(classify_series(instances, registry.default()).points)
        curve.resize(300, 140)
        drawn.append(_bytes(curve.grab().toImage()))
    assert drawn[0] == drawn[1]
