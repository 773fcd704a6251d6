"""The curve over time: hidden for one scan, a dot a scan in proportion, dates and values in the tooltip."""

from __future__ import annotations

from lungview.ui.work_up.time_curve import TimeCurve
from lungview.viewer.work_up.sizes import Sizes

THREE = Sizes(("20220101", "20220701", "20230101"), (0, 181, 362), (100.0, 200.0, 400.0))


def test_one_scan_has_no_curve(qtbot) -> None:
    curve = TimeCurve()
    qtbot.addWidget(curve)
    curve.show_sizes(Sizes(("20220101",), (0,), (100.0,)))
    assert curve.isHidden()


def test_dots_lie_in_proportion_to_days_and_sizes(qtbot) -> None:
    curve = TimeCurve()
    qtbot.addWidget(curve)
    curve.resize(300, 140)
    curve.show_sizes(THREE)
    area, (first, second, third) = curve.plot(), curve.points()
    assert (first.x(), third.x()) == (area.left(), area.right())
    assert second.x() == (first.x() + third.x()) / 2
    assert third.y() == area.top()
    assert area.bottom() - second.y() == area.height() / 2


def test_the_tooltip_says_each_scan(qtbot) -> None:
    curve = TimeCurve()
    qtbot.addWidget(curve)
    curve.show_sizes(THREE)
    assert curve.toolTip().splitlines()[1] == "2022-07-01: 200.0 mm³"


def test_the_curve_is_painted(qtbot) -> None:
    curve = TimeCurve()
    qtbot.addWidget(curve)
    curve.resize(300, 140)
    curve.show_sizes(THREE)
    picture = curve.grab().toImage()
    place = curve.points()[1].toPoint()
    ratio = picture.devicePixelRatio()
    colour = picture.pixelColor(int(place.x() * ratio), int(place.y() * ratio))
    assert colour == curve.palette().highlight().color()
