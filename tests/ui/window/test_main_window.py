"""The window as a person meets it."""

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QSlider, QToolBar, QToolButton, QWidget

from lungview.ui.pane.rows import GAP, Rows
from lungview.ui.pane.slice_bar import SliceBar
from lungview.ui.shell import theme
from lungview.ui.start.tool_bar import KINDS
from tests.ui.conftest import make_slice, whole


def test_a_series_shown_is_painted_in_the_viewport(show):
    window = show(make_slice(0), make_slice(1))
    assert window.session.viewport.state.slice.instance.path.name == "0.dcm"


def test_no_two_actions_share_a_key(window):
    assert window.actions_table.clashes() == {}


def test_the_research_banner_is_on_screen(window):
    assert window.banner.isVisible()


def test_every_button_of_the_tool_bar_has_an_icon_of_its_own_and_says_what_it_does(window):
    buttons = [b for bar in window.findChildren(QToolBar) for b in bar.findChildren(QToolButton)]
    actions = [button.defaultAction() for button in buttons if button.defaultAction() is not None]
    assert len(actions) > 20
    assert all(action.toolTip() for action in actions)
    drawn = [action.icon().pixmap(24, 24).toImage() for action in actions]
    assert not any(one == other for at, one in enumerate(drawn) for other in drawn[:at])


def test_sliders_say_what_they_change(window):
    whole(window)
    sliders = [*window.findChildren(QSlider), *window.findChildren(SliceBar)]
    assert len(sliders) >= 4
    assert [each.accessibleName() for each in sliders if not each.toolTip()] == []


def test_every_tool_and_the_loupe_are_in_the_tool_bar(window):
    buttons = window.findChild(QToolBar, "tools").findChildren(QToolButton)
    offered = {action.objectName() for button in buttons for action in button.actions()}
    offered |= {each.objectName() for button in buttons if button.menu() for each in button.menu().actions()}
    assert set(KINDS) <= offered
    tools = {row.id for row in window.actions_table.rows if row.id.startswith("tool.")}
    assert [name for name in tools if window.actions_table[name].icon().isNull()] == []
    assert tools | {"view.loupe"} <= offered


def test_a_tool_chosen_by_key_or_menu_is_on_the_button_of_its_kind(window):
    actions = window.actions_table
    button = window.findChild(QToolBar, "tools").widgetForAction(actions["tool.ruler"])
    actions["tool.profile"].trigger()
    assert button.defaultAction() is actions["tool.profile"]
    assert button.isChecked()
    actions["tool.pan"].trigger()
    assert button.defaultAction() is actions["tool.profile"]
    assert not button.isChecked()
    button.click()
    assert actions["tool.profile"].isChecked()


def test_the_tool_bar_fits_a_window_as_it_opens(window):
    window.resize(1280, 720)
    bar = window.findChild(QToolBar, "tools")
    assert bar.sizeHint().width() <= 1280


@pytest.mark.parametrize("name", theme.THEMES)
def test_words_of_an_empty_view_are_light_on_black_in_the_lit_view_too(window, name, qtbot):
    theme.apply(QApplication.instance(), name)
    window.actions_table["view.layout_2"].trigger()
    shown = [frame.placeholder for frame in window.grid.frames if frame.isVisible()]
    assert len(shown) == 2
    for placeholder in shown:
        assert placeholder.title.isVisible()
        picture = placeholder.title.grab().toImage()
        greys = [
            picture.pixelColor(x, y).lightness()
            for x in range(picture.width())
            for y in range(picture.height())
        ]
        assert max(greys) > 180


def test_four_empty_views_are_alike_in_width_and_cut_no_button(window):
    window.resize(1366, 768)
    window.actions_table["view.layout_4"].trigger()
    QApplication.processEvents()
    widths = [frame.width() for frame in window.grid.frames if frame.isVisible()]
    assert len(widths) == 4
    assert max(widths) - min(widths) <= 2
    placeholder = window.grid.frames[0].placeholder
    assert placeholder.buttons.height() == placeholder.buttons.layout().heightForWidth(
        placeholder.buttons.width()
    )
    buttons = placeholder.findChildren(QPushButton)
    assert all(each.width() >= each.sizeHint().width() for each in buttons)
    assert all(each.parentWidget().rect().contains(each.geometry()) for each in buttons)
    assert not any(
        one.geometry().intersects(other.geometry())
        for one in buttons
        for other in buttons
        if one is not other and one.parent() is other.parent()
    )


def test_rows_put_below_what_does_not_fit_and_each_row_in_the_middle(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    rows = Rows(box)
    rows.setContentsMargins(0, 0, 0, 0)
    for _ in range(3):
        each = QWidget()
        each.setFixedSize(100, 20)
        rows.addWidget(each)
    assert rows.heightForWidth(300 + 2 * GAP) == 20
    box.setFixedSize(206, 2 * 20 + GAP)
    box.show()
    places = [rows.itemAt(k).geometry().topLeft().toTuple() for k in range(3)]
    assert places == [(0, 0), (106, 0), (53, 26)]
    assert rows.minimumSize().width() == 100
