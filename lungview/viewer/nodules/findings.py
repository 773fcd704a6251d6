"""The findings of what is open: lists by series, the reader's decisions, kept and undoable."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from lungview.errors import AnnotationError
from lungview.image.slice import Slice
from lungview.marks.finding_store import FindingStore
from lungview.model.card import ModelCard
from lungview.nodules.answer import Answer, Located
from lungview.nodules.finding import Status
from lungview.study.key import PictureId, frame_key, picture_id
from lungview.viewer.common import going
from lungview.viewer.event import Event
from lungview.viewer.history import Change, History
from lungview.viewer.nodules import work
from lungview.viewer.nodules.held import HeldVolume
from lungview.viewer.nodules.kept import kept_of
from lungview.viewer.nodules.listed import FindingList, Listed, reported, same_place
from lungview.viewer.nodules.opened import Key, Opened, Shown, opened_of
from lungview.viewer.panes.pane import Pane
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.workspace import Workspace

ANSWERS = 4  # kept with their layers; lists are kept for all series


class Findings:
    """Lists, decisions and layers of the series that are open.

    changed: some list, or what of it may be shown. chosen_changed: another finding is chosen. look_changed:
    other layers are shown.
    """

    def __init__(
        self, workspace: Workspace, history: History | None = None, store: FindingStore | None = None
    ) -> None:
        self.changed, self.chosen_changed, self.look_changed = Event[()](), Event[()](), Event[()]()
        self._workspace, self.history = workspace, history or workspace.history
        self.store, self.held = store or FindingStore(), HeldVolume()
        self.shown, self.chosen = Shown(), ""
        self._opened: deque[Opened] = deque(maxlen=ANSWERS)
        self._lists: dict[Key, FindingList] = {}
        self._answers: dict[Key, Answer] = {}
        self._cards: dict[str, ModelCard] = {}  # by reference
        self._pictures: work.Pictures = {}
        self.first = second_reader.of(workspace).first
        self.first.changed.connect(self.changed.emit)
        workspace.settings_changed.connect(lambda _: self.changed.emit())
        workspace.news.replaced.connect(self.held.drop)
        workspace.news.closed.connect(lambda _: self.held.drop())

    # what there is

    def opened(self, pane: Pane | None = None, *, planes: bool = False) -> Opened | None:
        """The series in a pane, the active one by default. planes: also one shown in planes."""
        stack = self._workspace.stack_of(pane or self._workspace.active)
        series = stack.origin if planes else stack.series
        if series is None:
            return None
        known = next((each for each in self._opened if each.series is series), None)
        if known is None:
            known = opened_of(series)
            self._opened.append(known)
        return known

    def all_of(self, opened: Opened) -> FindingList:
        """The list of a series, with what read-first hides."""
        return self._lists.get(opened.key, FindingList())

    def list_of(self, opened: Opened) -> FindingList:
        """The list of a series as it may be shown."""
        found = self.all_of(opened)
        return replace(found, models=()) if self.hidden(opened) else found

    def hidden(self, opened: Opened) -> bool:
        """Whether the model is silent until the reader has read the series."""
        return self.first.on and not self.all_of(opened).read

    def answer_of(self, opened: Opened) -> Answer | None:
        """What the second reader said of a series; None before, and while it is hidden."""
        return None if self.hidden(opened) else self._answers.get(opened.key)

    def reported(self, opened: Opened) -> Answer | None:
        """The findings that the reader accepted, for a report; None where there are none."""
        listed = self.list_of(opened)
        if not listed.accepted:
            return None
        answer = self.answer_of(opened) or Answer(opened.series.instances, indices=opened.indices)
        return reported(listed, answer)

    def card_of(self, answer: Answer) -> ModelCard | None:
        """The card of the model that answered; None where a reader's places alone were measured."""
        return self._cards.get(answer.model)

    def answered(self, opened: Opened) -> bool:
        """Whether the second reader has looked through a series, hidden or not."""
        return opened.key in self._answers

    def choose(self, finding_id: str, go: bool = True) -> None:
        """Choose a finding of the series in the active pane. go: to its slice, with planes to its place."""
        opened = self.opened(planes=True)
        listed = None if opened is None else self.list_of(opened).find(finding_id)
        self.chosen = listed.id if listed is not None else ""
        if listed is not None and go:
            self._go(listed)
        self.chosen_changed.emit()

    def _go(self, listed: Listed) -> None:
        stack, place = self._workspace.stack, listed.located.finding.place_mm
        there = going.of(self._workspace.services)
        if stack.series is not None:
            stack.go(listed.located.index)
            if place is not None:
                there.seen(stack.series.key, place)
        elif place is not None:
            there.wanted.emit(place)

    def look(self, shown: Shown) -> None:
        """Lay other things over the picture."""
        if shown != self.shown:
            self.shown = shown
            self.look_changed.emit()

    # what is told from the background

    def heard(self, opened: Opened, found: tuple[Located, ...], model: str) -> None:
        """The model's findings until now."""
        self._set(opened, self.all_of(opened).heard(found, model))

    def take(self, opened: Opened, told: work.Told) -> None:
        """The model's whole answer."""
        self._pictures.update(told.pictures)
        if told.card is not None:
            self._cards[told.card.reference] = told.card
        self._answers.pop(opened.key, None)
        self._answers[opened.key] = told.answer
        for key in tuple(self._answers)[:-ANSWERS]:
            del self._answers[key]
        self.heard(opened, told.answer.findings, told.answer.model)

    def remember(self, opened: Opened, found: work.Remembered) -> None:
        """What the reader made of the series before."""
        self._pictures.update(found.pictures)
        self._set(opened, self.all_of(opened).remembered(found.listed, found.looked))

    # what the reader decides

    def add(self, opened: Opened, located: Located, pictures: work.Pictures) -> Listed:
        """A finding of the reader's own; one at the same place is chosen instead."""
        self._pictures.update(pictures)
        for each in self.all_of(opened).own:
            if same_place(each.located, located):
                return each
        made = Listed(located)
        put, drop = partial(self._put, opened, made), partial(self._drop, opened, made)
        self._do(opened, "Measure nodule", drop, put)
        return made

    def decide(self, status: Status) -> None:
        """Accept or reject the chosen finding; the same once more takes it back."""
        opened, listed = self._of_chosen()
        if opened is None or listed is None:
            return
        back = Status.ACCEPTED if listed.own else Status.PROPOSED
        after = listed.become(back if listed.status is status else status)
        text = "Accept finding" if status is Status.ACCEPTED else "Reject finding"
        self._replace(opened, listed, after, text)

    def rename(self, name: str) -> None:
        """Name the chosen finding; "" takes its name away."""
        opened, listed = self._of_chosen()
        if opened is not None and listed is not None:
            self._replace(opened, listed, replace(listed, name=name.strip()), "Rename finding")

    def redraw(self, opened: Opened, before: Listed, located: Located, pictures: work.Pictures) -> None:
        """Put a corrected outline, with its measures, in the place of the one before."""
        self._pictures.update(pictures)
        self._replace(opened, before, replace(before, located=located), "Correct outline")

    def remove(self) -> None:
        """Delete the chosen finding of the reader's own."""
        opened, listed = self._of_chosen()
        if opened is not None and listed is not None and listed.own:
            put, drop = partial(self._put, opened, listed), partial(self._drop, opened, listed)
            self._do(opened, "Delete finding", put, drop)

    def say_read(self, opened: Opened) -> None:
        """The reader has read the series and marked nothing: the model may be heard."""
        shown = self._some_slice(opened)
        if shown is None or self.all_of(opened).looked:
            return
        picture = picture_id(shown)
        looked = partial(self._looked, opened, picture)
        self._do(opened, "I have read it", partial(looked, False), partial(looked, True))

    def _some_slice(self, opened: Opened) -> Slice | None:
        """The one on screen; while planes are shown, any of the series that is in memory."""
        shown = self._workspace.active.state.slice
        if shown is None or not shown.reformatted:
            return shown
        return next(filter(None, map(self._workspace.cache.peek, opened.series.instances)), None)

    def _of_chosen(self) -> tuple[Opened | None, Listed | None]:
        opened = self.opened(planes=True)
        return opened, None if opened is None else self.list_of(opened).find(self.chosen)

    def _replace(self, opened: Opened, before: Listed, after: Listed, text: str) -> None:
        if after == before:
            return
        if self._picture(opened, before) is None:
            self._workspace.news.told.emit("The finding's slice is still being read; try again")
            return
        self._do(opened, text, partial(self._put, opened, before), partial(self._put, opened, after))

    def _do(self, opened: Opened, text: str, undo: Callable[[], None], redo: Callable[[], None]) -> None:
        self.history.do(Change(text, undo, redo, shown=partial(self.bring, opened)))

    def bring(self, opened: Opened) -> None:
        """Show a series whose finding was undone or done again: a change nobody sees is none."""
        workspace, key = self._workspace, opened.series.key
        showing = [
            pane
            for pane in (workspace.active, *workspace.panes)
            if (origin := workspace.stack_of(pane).origin) is not None and origin.key == key
        ]
        if showing:
            workspace.activate(showing[0])
        elif any(each.key == key for each in workspace.studies.series):
            workspace.show(opened.series)

    def _picture(self, opened: Opened, listed: Listed) -> PictureId | None:
        instance = opened.series.instances[listed.located.index]
        place = frame_key(instance)
        if place not in self._pictures:
            found: Slice | None = self._workspace.cache.peek(instance)
            if found is None:
                return None
            self._pictures[place] = picture_id(found)
        return self._pictures[place]

    def _put(self, opened: Opened, listed: Listed) -> None:
        self._set(opened, self.all_of(opened).put(listed))
        picture = self._picture(opened, listed)
        if listed.decided and picture is not None:
            kept = kept_of(listed, picture, opened.indices)
            self._stored(lambda: self.store.put(kept))
        else:
            self._stored(lambda: self.store.delete(listed.id))

    def _drop(self, opened: Opened, listed: Listed) -> None:
        self._set(opened, self.all_of(opened).without(listed.id))
        self._stored(lambda: self.store.delete(listed.id))

    def _looked(self, opened: Opened, picture: PictureId, looked: bool) -> None:
        self._set(opened, replace(self.all_of(opened), looked=looked))
        self._stored(lambda: self.store.mark_looked(picture, looked))

    def _set(self, opened: Opened, listed: FindingList) -> None:
        self._lists[opened.key] = listed
        self.changed.emit()

    def _stored(self, write: Callable[[], None]) -> None:
        """A store that fails leaves the list in memory: the reader goes on, and is told."""
        try:
            write()
        except AnnotationError as error:
            self._workspace.news.told.emit(str(error))


def of(workspace: Workspace) -> Findings:
    """The workspace's findings; made when first asked for."""
    return workspace.services.one(Findings, lambda: Findings(workspace))
