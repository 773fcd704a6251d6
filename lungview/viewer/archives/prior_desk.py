"""Earlier studies of the patient on screen: asked for where it was wished, opened beside, fetched ahead.

Nothing is asked of any archive unless the settings say so, or the reader presses for it.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from lungview.study.key import patient_digest
from lungview.viewer.archives import ahead, asking
from lungview.viewer.archives.ahead import Ahead
from lungview.viewer.archives.prior_opening import Fault, PriorOpening
from lungview.viewer.archives.priors import Now, Offer, Prior, now_of
from lungview.viewer.archives.work import Broken, Came
from lungview.viewer.event import Event
from lungview.viewer.studies.listed import study_of
from lungview.viewer.study_list.keeper import StudyKeeper
from lungview.viewer.study_list.noted import key_of
from lungview.viewer.study_list.origins import Origins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lungview.remote_nodes import RemoteNode
    from lungview.sources.source import FoundStudy
    from lungview.study.series import Series
    from lungview.viewer.common.background import Background, Call
    from lungview.viewer.workspace import Workspace

_AFTER_MS = 400  # a reader who goes through studies asks for none of them


class PriorDesk:
    """One a window. background: where archives are asked.

    series: that of the study that is read. offer: what archives have; None: not asked. coming: how far
    studies are that are fetched, by their UID. said: what went wrong with one. beside_wanted: two series are
    to be shown beside each other, as `LayOut` has it.
    """

    def __init__(self, workspace: Workspace, background: Background) -> None:
        self.changed = Event[()]()
        self.beside_wanted = Event["Series", "Series | None"]()
        self._workspace, self._background = workspace, background
        self._origins = workspace.services.one(Origins, Origins)
        self._asking: Call | None = None
        self._ahead: Call | None = None
        self.beside: PriorOpening | None = None
        self.series: Series | None = None
        self.offer: Offer | None = None
        self.coming: dict[str, Came | Broken] = {}
        self.said: Fault = ""
        self._timer = background.timer(_AFTER_MS, self._ask_if_wished)
        workspace.series_shown.connect(self._on_shown)
        workspace.news.closed.connect(lambda _: self._on_relisted())
        workspace.news.replaced.connect(self._on_relisted)
        workspace.settings_changed.connect(lambda _: self._on_settings())
        self._wish = self._wished()

    @property
    def asking(self) -> bool:
        """Whether an archive is being asked."""
        return self._asking is not None

    @property
    def fetching_ahead(self) -> bool:
        """Whether earlier studies are being fetched that nobody has asked for yet."""
        return self._ahead is not None

    @property
    def now(self) -> Now | None:
        """The study that is read."""
        return None if self.series is None else now_of(self.series)

    def begin(self) -> None:
        """Look at what is on screen: the command line's study may have come before this was there."""
        shown = self._workspace.stack.series
        if shown is not None and self.series is None:
            self._on_shown(shown)

    def came_from(self, study: FoundStudy, node: str) -> None:
        """Note which archive a study is retrieved from."""
        self._origins.retrieved(study.study_uid, node)

    def ask(self) -> None:
        """Ask all archives: the reader wishes it now, whatever the settings say."""
        self._ask(tuple(self._workspace.settings.nodes.values()))

    def open(self, prior: Prior) -> None:
        """Open an earlier study beside the one that is read."""
        nodes = self._workspace.settings.nodes
        if self.series is None or self.beside is not None or prior.node not in nodes:
            return
        self._stop_ahead()
        self.said = ""
        self.came_from(prior.study, prior.node)
        show = self.beside_wanted.emit
        self.beside = PriorOpening(self._workspace, self._background, self.series, prior, show)
        self.beside.told.connect(self._on_told)
        self.beside.ended.connect(self._on_beside)
        self.beside.start(nodes[prior.node])
        self.changed.emit()

    def stop(self) -> None:
        """End what is fetched to be opened; what has come stays."""
        if self.beside is not None:
            self.beside.stop()

    def _on_shown(self, series: Series) -> None:
        if self.series is not None and (self._is_of_offer(series) or self._is_same_patient(series)):
            return
        self._forget()
        self.series = series if patient_digest(series.patient) and series.study.study_instance_uid else None
        self._timer.start()
        self.changed.emit()

    def _is_same_patient(self, series: Series) -> bool:
        """The list stays with the study that it was made for, while its patient's others are looked at."""
        assert self.series is not None
        return patient_digest(series.patient) == patient_digest(self.series.patient)

    def _is_of_offer(self, series: Series) -> bool:
        offered = self.offer.priors if self.offer is not None else ()
        return series.study.study_instance_uid in {each.study.study_uid for each in offered}

    def _on_relisted(self) -> None:
        """The study that is read was closed: what is asked and fetched for it ends."""
        if self.series is None or study_of(self.series) in {
            study_of(s) for s in self._workspace.studies.series
        }:
            return
        self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self._timer.stop()
        if self._asking is not None:
            self._asking.cancel()
        self._asking = None
        self._stop_ahead()
        if self.beside is not None:
            self.beside.stop()
        self.series, self.offer, self.said = None, None, ""
        self.coming.clear()

    def _stop_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
        self._ahead = None

    def _wished(self) -> tuple[object, ...]:
        chosen = self._workspace.settings
        return chosen.ask_priors, dict(chosen.nodes), chosen.fetch_priors

    def _on_settings(self) -> None:
        """What is wished by now is done; what is no longer wished ends."""
        before, self._wish = self._wish, self._wished()
        if before == self._wish or self.series is None:
            return
        series = self.series
        self._forget()
        self.series = series
        self._timer.start()
        self.changed.emit()

    def _ask_if_wished(self) -> None:
        series = self.series
        if series is None or self._workspace.settings.ask_priors == "never":
            return
        origin = self._origins.of_file(series.instances[0].path)
        if origin:
            self._ask_archives_of(series, origin)
            return
        keeper = self._workspace.services.find(StudyKeeper)
        if keeper is not None:
            keeper.archive_of(key_of(series), partial(self._ask_archives_of, series))
        else:
            self._ask_archives_of(series, "")

    def _ask_archives_of(self, series: Series, origin: str) -> None:
        if series is not self.series:
            return
        chosen = self._workspace.settings
        if chosen.ask_priors == "origin" and origin and origin not in chosen.nodes:
            self.said = asking.gone(origin)
            self.changed.emit()
        self._ask(asking.nodes_to_ask(chosen, origin))

    def _ask(self, nodes: Sequence[RemoteNode]) -> None:
        now = self.now
        if now is None or not nodes or self.asking or not asking.may_be_asked_for(now):
            return
        self._asking = self._background.stream(
            asking.ask, nodes, now,
            on_event=self._on_offer, on_result=self._on_asked, on_error=self._on_error,
        )  # fmt: skip
        self.changed.emit()

    def _on_offer(self, offer: Offer) -> None:
        self.offer = offer
        self.changed.emit()

    def _on_asked(self, offer: Offer) -> None:
        self._asking, self.offer = None, offer
        self._fetch_ahead()
        self.changed.emit()

    def _on_error(self, error: BaseException) -> None:
        self._asking, self.said = None, error
        self.changed.emit()

    def _fetch_ahead(self) -> None:
        chosen, now = self._workspace.settings, self.now
        if not chosen.fetch_priors or now is None or self.offer is None or self.beside is not None:
            return
        bounds = ahead.bounds_of(chosen)
        wanted = ahead.chosen(now, self.offer.priors, bounds, date.today())
        if wanted:
            self._ahead = self._background.stream(
                ahead.fetch, dict(chosen.nodes), now, wanted, bounds,
                on_event=self._on_ahead, on_result=self._on_fetched, on_error=self._on_ahead_failed,
            )  # fmt: skip

    def _on_ahead(self, event: tuple[Prior, Came | Broken]) -> None:
        prior, told = event
        self.coming[prior.study.study_uid] = told
        self.changed.emit()

    def _on_fetched(self, result: Ahead) -> None:
        self._ahead = None
        if result.full:
            self.said = "There is no room to fetch more earlier studies ahead."
        self.changed.emit()

    def _on_ahead_failed(self, error: BaseException) -> None:
        self._ahead, self.said = None, error
        self.changed.emit()

    def _on_told(self, event: Came | Broken) -> None:
        if self.beside is not None:
            self.coming[self.beside.prior.study.study_uid] = event
        self.changed.emit()

    def _on_beside(self, fault: Fault) -> None:
        self.beside, self.said = None, fault
        self.changed.emit()
