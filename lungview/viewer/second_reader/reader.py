"""The second reader: the chosen model, its answers for the slices on screen, and what may be shown."""

from __future__ import annotations

from lungview.classify.case import Case, Prediction
from lungview.classify.kept import record
from lungview.errors import LungViewError, ModelError
from lungview.image.slice import Slice
from lungview.model import registry
from lungview.model.input import CROP_PIXELS, Box
from lungview.model.registry import Entry
from lungview.study.key import PictureId, picture_id, picture_name
from lungview.viewer.common.background import Call
from lungview.viewer.event import Event
from lungview.viewer.second_reader import heat_map_look, judging
from lungview.viewer.second_reader.answers import Answers, is_overridden
from lungview.viewer.second_reader.heat_map_look import Look
from lungview.viewer.second_reader.read_first import ReadFirst
from lungview.viewer.workspace import Workspace

DEBOUNCE = 150  # ms without another slice before the automatic run


class SecondReader:
    """Runs the chosen model on the slice of the active pane; holds answers by slice, model and box.

    What may be shown is asked here: while read-first is on and the reader has not recorded an opinion about
    a slice, `visible` gives nothing for it.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.models_changed, self.model_changed = Event[()](), Event[()]()
        self.answer_changed = Event[()]()  # of any slice on screen, or whether it may be shown
        self.busy_changed = Event[bool]()
        self.class_changed, self.look_changed, self.box_changed = Event[()](), Event[()](), Event[()]()
        self.opinion_wanted = Event[()]()  # the reader asked for an answer that waits for an own opinion
        self.entries: tuple[Entry, ...] = ()
        self.problems: tuple[LungViewError, ...] = ()
        self.entry: Entry | None = None
        self.auto = False
        self.class_key = ""
        self._answers = Answers()
        self.first = ReadFirst(workspace)
        self.first.changed.connect(self.answer_changed.emit)
        self._task: Call | None = None
        self._warmed = ""
        self._timer = workspace.background.timer(DEBOUNCE, self._run)
        workspace.slice_shown.connect(self._on_slice)
        workspace.active_changed.connect(lambda _: self.answer_changed.emit())
        workspace.settings_changed.connect(lambda _: self._on_settings())
        self.look = heat_map_look.of_settings(workspace.settings)
        self.list_models()
        self.answer_changed.connect(self._recall)

    # models

    def list_models(self) -> None:
        """Look for models anew; the chosen one stays chosen while it is there."""
        found = registry.scan()
        self.entries, self.problems = found.classifiers, found.problems
        wanted = self.entry.card.id if self.entry else self.workspace.settings.default_model
        whole = [e for e in self.entries if e.card.preparation != "box"]  # needs no box to begin with
        first = next(iter([*whole, *self.entries]), None)
        self.entry = self._entry(wanted) or self._entry(found.default) or first
        self.models_changed.emit()
        self.model_changed.emit()
        self.answer_changed.emit()

    def _entry(self, model_id: str) -> Entry | None:
        return next((e for e in self.entries if e.card.id == model_id), None)

    def choose(self, model_id: str) -> None:
        """Use another model from now on; its answers so far come back."""
        found = self._entry(model_id)
        if found is None or found is self.entry:
            return
        self.cancel()
        self.entry, self.class_key = found, ""
        self.workspace.keep(default_model=model_id)
        self.model_changed.emit()
        self.class_changed.emit()
        self.answer_changed.emit()
        self._warm()
        self._run_soon()

    @property
    def needs_box(self) -> bool:
        return self.entry is not None and self.entry.card.preparation == "box"

    def is_crop(self, slice_: Slice) -> bool:
        """A nodule cut out beforehand: it needs no box."""
        return max(slice_.rows, slice_.columns) <= CROP_PIXELS

    # answers

    @property
    def slice(self) -> Slice | None:
        """The slice of the active view; a reformatted plane is none that a model may judge."""
        shown = self.workspace.active.state.slice
        return None if shown is None or shown.reformatted else shown

    @property
    def busy(self) -> bool:
        return self._task is not None

    def case(self, slice_: Slice | None = None) -> Case | None:
        """What the chosen model said of a slice (the active view's), shown or not."""
        slice_ = slice_ or self.slice
        if slice_ is None or self.entry is None:
            return None
        found = self._answers.of(slice_, self.entry)
        if found is None:
            self._look_up(slice_, self.entry)
        return found

    def _look_up(self, slice_: Slice, entry: Entry) -> None:
        """Look for what the model said of the slice in an earlier session; it comes with `answer_changed`."""
        box = self.box(slice_) if entry.card.preparation == "box" else None
        self.first.earlier.ask(
            slice_,
            (entry.card.reference, entry.card.sha256, box),
            lambda: record.answer_on(slice_, entry.card, box),
            lambda found: self._on_remembered(slice_, entry, found),
        )

    def _on_remembered(self, slice_: Slice, entry: Entry, found: record.Remembered | None) -> None:
        if found is None:
            return
        given = self._answers.of(slice_, entry)  # meanwhile
        if given is None or is_overridden(found.case):
            self._answers.keep(found.case, picture_id(slice_), entry, found.time)
            self.answer_changed.emit()

    def answered_at(self) -> str:
        """When the answer on screen was given, if in an earlier session: UTC, ISO 8601; else ""."""
        slice_ = self.slice
        return self._answers.time(slice_, self.entry) if slice_ and self.entry else ""

    def visible(self, slice_: Slice | None = None) -> Prediction | None:
        """The prediction whose numbers and heat map may be shown: not hidden, not refused."""
        slice_ = slice_ or self.slice
        case = self.case(slice_)
        return None if slice_ is None or case is None or self.hidden(slice_) else case.judged

    def hidden(self, slice_: Slice | None = None) -> bool:
        """Whether the reader has to record an opinion about the slice first."""
        slice_ = slice_ or self.slice
        return slice_ is not None and self.first.hidden(slice_)

    def add(self, case: Case, picture: PictureId, model: Entry | None = None) -> None:
        """Take in an answer of a model (the chosen one) about a picture, made here or elsewhere."""
        model = model or self.entry
        assert model is not None
        if not self._answers.keep(case, picture, model):
            self._tell("The overridden answer stays; the gate still refuses the slice")
        shown = [each.state.slice for each in self.workspace.panes if each.state.slice is not None]
        if model is self.entry and picture.name in {picture_name(each) for each in shown}:
            self.answer_changed.emit()

    def class_index(self, prediction: Prediction) -> int:
        """The class whose heat map is shown: the chosen one, else the predicted one."""
        key = self.class_key if self.class_key in prediction.keys else prediction.label
        return prediction.keys.index(key)

    def choose_class(self, key: str) -> None:
        """Show another class's heat map; "" is the predicted one."""
        if key != self.class_key:
            self.class_key = key
            self.class_changed.emit()

    def step_class(self, step: int) -> None:
        """The next or the previous class."""
        found = self.visible()
        if found is not None:
            self.choose_class(found.keys[(self.class_index(found) + step) % len(found.keys)])

    # running

    def run(self, override: bool = False) -> None:
        """Classify the slice of the active view; a run under way is given up."""
        self._run(override)
        if self.hidden():
            self.opinion_wanted.emit()

    def _run(self, override: bool = False) -> None:
        self.cancel()
        slice_ = self.slice
        if slice_ is None:
            reformatted = self.workspace.active.state.slice is not None
            none = "There is no slice to classify"
            self._tell("A reformatted plane is not classified" if reformatted else none)
            return
        if self.entry is None:
            self._tell("No model is installed")
            return
        self._set_task(
            self.workspace.inference.run(
                judging.classify_and_record,
                slice_,
                self.entry,
                self.box(slice_),
                override,
                on_result=lambda case: self._on_case(slice_, case),
                on_error=lambda error: self._on_failure(slice_, error),
            )
        )

    def cancel(self) -> bool:
        """Give up the run under way; its answer never arrives. Returns whether there was one."""
        self._timer.stop()
        if self._task is None:
            return False
        self._task.cancel()
        self._set_task(None)
        return True

    def set_auto(self, on: bool) -> None:
        """Classify each slice that stays on screen."""
        self.auto = on
        self._run_soon()

    def _run_soon(self) -> None:
        if self.auto and self.entry is not None and self.slice is not None and self.case() is None:
            self._timer.start()

    def _set_task(self, task: Call | None) -> None:
        self._task = task
        self.busy_changed.emit(task is not None)

    def _on_slice(self, slice_: Slice | None) -> None:
        # An answer about a slice no longer on screen is kept, a run about one is not worth finishing.
        self.cancel()
        self.answer_changed.emit()
        if slice_ is not None:
            self._warm()
            self._run_soon()

    def _recall(self) -> None:
        """Have the reader's own opinion looked up whether or not a panel shows it: reports say it, too."""
        if (shown := self.slice) is not None:
            self.first.recorded(shown)

    def _on_case(self, slice_: Slice, case: Case) -> None:
        self._set_task(None)
        self.add(case, picture_id(slice_))

    def _on_failure(self, slice_: Slice, error: BaseException) -> None:
        self._set_task(None)
        sentence = f"the classification stopped: {type(error).__name__}"
        known = error if isinstance(error, LungViewError) else ModelError(sentence, slice_.instance.path)
        self.add(Case(slice_.instance, error=known), picture_id(slice_))

    def _tell(self, sentence: str) -> None:
        self.workspace.news.told.emit(sentence)

    def _warm(self) -> None:
        """Load the model behind the picture, so that the first answer does not wait for it."""
        if self.entry is None or self._warmed == self.entry.card.id or self.slice is None:
            return
        self._warmed = self.entry.card.id
        self.workspace.inference.run(judging.load, self.entry, on_result=_ignore, on_error=_ignore)

    # box and look

    def box(self, slice_: Slice) -> Box | None:
        return self._answers.box(slice_)

    def set_box(self, slice_: Slice, box: Box | None) -> None:
        """The nodule on a slice, for models that judge one; None takes it away."""
        self._answers.set_box(slice_, box)
        self.box_changed.emit()
        self.answer_changed.emit()

    def set_look(self, look: Look, *, kept: bool = True) -> None:
        """Paint heat maps otherwise. kept: also next time."""
        if look != self.look:
            self.look = look
            self.look_changed.emit()
        if kept:
            self.workspace.keep(**heat_map_look.as_settings(look))

    def _on_settings(self) -> None:
        self.set_look(heat_map_look.of_settings(self.workspace.settings), kept=False)
        self.answer_changed.emit()


def of(workspace: Workspace) -> SecondReader:
    """The workspace's second reader; made when first asked for."""
    return workspace.services.one(SecondReader, lambda: SecondReader(workspace))


def _ignore(_: object) -> None:
    """A model that does not load says so when it is run."""
