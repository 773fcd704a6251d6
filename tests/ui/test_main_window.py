"""The window as a person meets it."""

from tests.ui.conftest import make_slice


def test_a_series_shown_is_painted_in_the_viewport(show):
    window = show(make_slice(0), make_slice(1))
    assert window.session.viewport.state.slice.instance.path.name == "0.dcm"


def test_no_two_actions_share_a_key(window):
    assert window.actions_table.clashes() == {}


def test_the_research_banner_is_on_screen(window):
    assert window.banner.isVisible()
