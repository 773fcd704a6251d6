"""What the map and the histogram draw, by their pixels."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from lungview.lung.coronal import CoronalMap
from lungview.report.lungs.picture import COLOURS, Bars, map_picture
from lungview.ui.quantification.figures import CoronalView, HistogramView
from lungview.ui.shell import theme


def _grabbed(qtbot, widget) -> QImage:
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    return widget.grab().toImage()


def test_the_map_has_the_colours_of_its_shares_and_nothing_beside_the_lung(qtbot) -> None:
    share = np.full((100, 100), 0.25, np.float32)
    share[:, :50] = np.nan
    view = CoronalView()
    view.show_map(map_picture(CoronalMap(share, (1.0, 1.0))))
    image, area = _grabbed(qtbot, view), view.plot()
    right = image.pixelColor(int(area.left() + 0.75 * area.width()), int(area.center().y()))
    left = image.pixelColor(int(area.left() + 0.25 * area.width()), int(area.center().y()))
    assert (right.red(), right.green(), right.blue()) == tuple(int(v) for v in COLOURS[255])
    assert left == view.palette().window().color()


@pytest.mark.parametrize("name", theme.THEMES)
def test_bars_below_the_line_stand_out_in_both_themes(qtbot, name: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, name)
    view = HistogramView()
    edges = np.arange(-1024, -499, 4)
    view.show_bars(Bars(edges, np.full(len(edges) - 1, 1 / (len(edges) - 1))))
    image, y = _grabbed(qtbot, view), int(view.plot().center().y())
    low, high = (image.pixelColor(int(view.x_of(hu)), y) for hu in (-1000, -800))
    assert low == view.palette().highlight().color()
    assert high == view.palette().placeholderText().color() != low
    assert low != QColor(theme.colours(name)["window"])
    theme.apply(application, "dark")


def test_the_line_says_how_much_is_below_it(qtbot) -> None:
    view = HistogramView()
    view.show_bars(Bars(np.array([-1024, -950, -500]), np.array([0.2, 0.8])))
    assert view._said() == "20.0% below −950 HU"
