"""Hangs a study that was opened: the layout and windows of the first rule that fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.viewer.first_window import name_of, named_window
from lungview.viewer.hanging import file
from lungview.viewer.hanging.rules import Rule, first_fitting, hung_study, of_study, with_rule
from lungview.viewer.studies.listed import study_of

if TYPE_CHECKING:
    from lungview.sources.files.scan import Scan
    from lungview.study.series import Series
    from lungview.ui.pane.viewport import Viewport
    from lungview.ui.shell.host import Host
    from lungview.viewer.state import ViewState

ACTIONS = {
    "one": "view.layout_1", "thorax": "view.thorax", "planes": "view.mpr", "compare": "view.compare",
    "1x2": "view.layout_2", "2x1": "view.grid_2x1", "1x3": "view.grid_1x3", "3x1": "view.grid_3x1",
    "2x2": "view.layout_4", "2x3": "view.grid_2x3", "3x2": "view.grid_3x2", "3x3": "view.grid_3x3",
}  # fmt: skip


class Hanging(QObject):
    """The rules of one window. rules: those in force; problem: why they are not the reader's own.

    A layout that the reader chose while a study was being read stays.
    """

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session, self._actions = host, host.session, host.actions_table
        self.rules: tuple[Rule, ...] = ()
        self.problem = ""
        self._now, self._by_rule = "one", False
        self._busy, self._chosen = False, False
        self._loaded = False
        for layout, action in ACTIONS.items():
            self._actions[action].triggered.connect(partial(self._on_layout, layout))
        self._session.opening.connect(self._on_opening)
        self._session.scan_ended.connect(self._on_ended)
        self._ended = False
        host.when_equipped(self._on_equipped)

    def load(self) -> None:
        """Read the rules; say what is wrong with a broken file."""
        loaded = file.load()
        self.rules, self.problem, self._loaded = loaded.rules, loaded.problem, True
        if loaded.problem:
            self._session.told.emit(loaded.problem)

    def save(self, rules: Sequence[Rule]) -> None:
        """Use and keep rules. Raises SettingsError where they cannot be kept."""
        file.save(rules)
        self.rules, self.problem, self._loaded = tuple(rules), "", True

    def rule_for_this(self) -> Rule | None:
        """A rule that hangs studies like the one on screen as it hangs now; None without one."""
        shown = self._session.stack.origin
        if shown is None:
            return None
        text = shown.body_part or shown.study.description
        layout = "one" if self._host.grid.shape == (1, 1) else self._now
        modality, words = tuple(filter(None, (shown.modality,))), tuple(filter(None, (text,)))
        name = " ".join((*modality, *words)) or self.tr("Any study")
        return Rule(name[:200], layout, True, modality, words, "", layout == "compare", self._windows(layout))

    def layouts(self) -> dict[str, str]:
        """What each layout that a rule may have is called in the menu."""
        return {word: self._actions[action].text().replace("&", "") for word, action in ACTIONS.items()}

    def keep_this(self) -> Rule | None:
        """Hang studies like this one so from now on. Raises SettingsError."""
        if not self._loaded:
            self.load()
        rule = self.rule_for_this()
        if rule is not None:
            self.save(with_rule(self.rules, rule))
        return rule

    def _windows(self, layout: str) -> tuple[str, ...]:
        """The windows of the views; none where they are the layout's own, or each file's."""
        if layout in ("thorax", "planes"):
            return ()
        words = [name_of(each.state.presentation.window) for each in self._views()]
        return tuple(words) if any(word != "file" for word in words) else ()

    def _views(self) -> list[Viewport]:
        rows, columns = self._host.grid.shape
        return self._session.viewports[: rows * columns]

    def _on_layout(self, layout: str) -> None:
        self._now, self._by_rule = layout, self._busy
        self._chosen = self._chosen or not self._busy

    def _on_opening(self, _: object) -> None:
        self._chosen = False

    def _on_equipped(self) -> None:
        """What the command line named may have been read before this was there."""
        shown, session = self._session.stack.origin, self._session
        if shown is not None and session.series and not (self._ended or session.scanning or self._chosen):
            if not self._loaded:
                self.load()
            self._hang(shown, beside=False)

    def _on_ended(self, found: Scan) -> None:
        self._ended = True
        shown = self._session.stack.origin
        if shown is None or self._chosen or not found.series:
            return
        if not self._loaded:
            self.load()
        opened = {study_of(each) for each in found.series}
        if study_of(shown) in opened:
            beside = any(study_of(each) not in opened for each in self._session.series)
            self._hang(shown, beside)

    def _hang(self, shown: Series, beside: bool) -> None:
        rule = first_fitting(self.rules, hung_study(shown, self._session.series), beside=beside)
        if rule is None and self._by_rule and not beside:  # what another study was hung by
            rule = Rule("", "one")
        if rule is None or not self._actions[ACTIONS[rule.layout]].isEnabled():
            return
        if self._session.stack.pending:  # planes begin at the slice on screen: let the wanted one come first
            self._when_shown(partial(self._hang, shown, beside))
            return
        self._busy = True
        try:
            self._lay_out(rule, shown)
        finally:
            self._busy = False
        self._host.widget.setFocus()
        self._session.viewport.setFocus()

    def _when_shown(self, call: Callable[[], None]) -> None:
        """Call once the slice that is wanted is on screen, unless the reader has chosen a layout by then."""
        viewport, stack = self._session.viewport, self._session.stack

        def on_changed(_before: ViewState, _after: ViewState) -> None:
            if not stack.pending:
                viewport.changed.disconnect(on_changed)
                if not self._chosen and stack is self._session.stack:
                    call()

        viewport.changed.connect(on_changed)

    def _lay_out(self, rule: Rule, shown: Series) -> None:
        self._actions[ACTIONS[rule.layout]].trigger()
        if rule.layout == "one" or rule.layout[0].isdigit():
            self._fill(shown)
        for at, viewport in enumerate(self._views() if rule.windows else ()):
            self._show_through(viewport, rule.windows[min(at, len(rule.windows) - 1)])

    def _fill(self, shown: Series) -> None:
        """A series of the study in each view, the one on screen first."""
        mine = of_study(shown, self._session.series)
        order = (shown, *(each for each in mine if each.key != shown.key))
        views = self._views()
        self._session.link(False)  # what another study's layout shared
        self._session.activate(views[0])
        for viewport, series in zip(views, order, strict=False):
            held = self._session.stack_of(viewport).series
            if held is None or held.key != series.key:
                self._session.show(series, None, viewport)
        for viewport in views[len(order) :]:
            self._session.stack_of(viewport).empty()

    def _show_through(self, viewport: Viewport, wish: str) -> None:
        """Show a view through a window, as soon as its slice is there."""

        def put() -> bool:
            slice_ = viewport.state.slice
            if slice_ is not None:
                window = named_window(slice_, wish, self._session.settings)
                viewport.change(lambda state: state.windowed(window))
            return slice_ is not None

        def on_changed(_: ViewState, after: ViewState) -> None:
            if after.slice is not None:
                viewport.changed.disconnect(on_changed)
                put()

        if not put():
            viewport.changed.connect(on_changed)
