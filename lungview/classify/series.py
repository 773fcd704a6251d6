"""Series mode: every n-th slice of a CT, and what the slices say together by a rule stated in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lungview.classify import words
from lungview.classify.case import Case, Prediction, Verdict
from lungview.classify.classify import classify
from lungview.classify.kept import record
from lungview.classify.verdict import malignancy
from lungview.errors import LungViewError, ModelError
from lungview.image import readers
from lungview.image.slice import Instance, Slice
from lungview.model.card import ModelCard
from lungview.model.registry import Entry

RUN = 3  # neighbouring judged slices that must agree
# The share of slices that must be judged for a word about the series: a gate that refuses nine of ten
# strangers lets the tenth pass. The chest alone is two fifths of a CT from the neck to the hips.
LEAST_JUDGED = 1 / 3


@dataclass(frozen=True, slots=True, eq=False)
class SlicePoint:
    """One slice of the curve. index: its place in the series, 0-based."""

    index: int
    case: Case

    @property
    def judged(self) -> Prediction | None:
        """The prediction, when the gate let the slice pass or the reader overrode it."""
        return self.case.judged


@dataclass(frozen=True, slots=True, eq=False)
class SeriesAnswer:
    """What a series' slices say together.

    points: in slice order. suspicious: by the rule, None when it gives no word, for want of judged slices
    or of calls. at: index of the slice to look at first, the highest of the curve; None for want of judged
    slices. sentence, rule: for the screen and the report.
    """

    points: tuple[SlicePoint, ...] = field(repr=False)
    suspicious: bool | None
    at: int | None
    sentence: str
    rule: str

    @property
    def shown(self) -> SlicePoint:
        """The point to show of a series: the one at `at`, else the middle of those looked at."""
        middle = self.points[len(self.points) // 2]
        return next((p for p in self.points if p.index == self.at), middle)


def classify_series(
    instances: Sequence[Instance],
    model: Entry,
    *,
    step: int = 1,
    read: Callable[[Instance], Slice] = readers.read_instance,
    on_point: Callable[[SlicePoint], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    override: bool = False,
    threads: int | None = None,
) -> SeriesAnswer:
    """Classify every `step`-th slice, the last one included, and apply the rule.

    on_point: called with each slice as it is done. cancelled: asked before each slice; the answer is then
    about the slices done so far. threads: of the network; None chooses. Never raises a LungViewError: a
    slice's error is its case's.
    """
    points = []
    for index in positions(len(instances), step):
        if cancelled():
            break
        point = SlicePoint(index, _case(instances[index], model, read, override, threads))
        points.append(point)
        if on_point is not None:
            on_point(point)
    return answer(points, model.card)


def positions(count: int, step: int) -> list[int]:
    """Every `step`-th of `count` slices, and the last."""
    found = list(range(0, count, max(1, step)))
    return found if not count or found[-1] == count - 1 else [*found, count - 1]


def _case(
    instance: Instance,
    model: Entry,
    read: Callable[[Instance], Slice],
    override: bool,
    threads: int | None,
) -> Case:
    try:
        slice_ = read(instance)
    except LungViewError as error:
        return Case(instance, error=error)
    except MemoryError:
        return Case(instance, error=ModelError("out of memory", instance.path, "close other programs"))
    return record.overridden(slice_, classify(slice_, model, override=override, threads=threads))


def height(card: ModelCard, prediction: Prediction) -> float:
    """What the curve shows: probability of malignancy, or of the leading class for a card without one."""
    total = malignancy(card, prediction.probabilities)
    return max(prediction.probabilities) if total is None else total


def answer(points: Sequence[SlicePoint], card: ModelCard) -> SeriesAnswer:
    """The rule: suspicious when RUN neighbouring judged slices reach the operating point.

    One slice alone is often noise; a nodule or tumour large enough to see spans several. Fewer judged slices
    than RUN must all reach it. Where as many reach it or are no call, the series is none either. Slices that
    the gate refused are passed over, not counted as clear; where too few are left there is no word.
    """
    point = card.operating_point.threshold
    rule = (
        f"A series is suspicious when {RUN} neighbouring judged slices reach the operating point "
        f"{point:.2f}, and uncertain when as many are no call. Slices the gate refused are passed over; when "
        f"fewer than a third are judged, there is no word."
    )
    judged = [(p.index, p.judged) for p in points if p.judged is not None]
    if not judged:
        return SeriesAnswer(tuple(points), None, None, "No slice was suitable for this model.", rule)
    if len(judged) < LEAST_JUDGED * len(points):
        sentence = (
            f"No word about the series: the model can judge only {len(judged)} of {len(points)} slices."
        )
        return SeriesAnswer(tuple(points), None, None, sentence, rule)
    suspicious, found = _word(card, [prediction for _, prediction in judged])
    at, highest = max(((i, height(card, p)) for i, p in judged), key=lambda pair: pair[1])
    sentence = f"{found} of {len(judged)} judged slices; highest {words.share(highest)} at slice {at + 1}."
    return SeriesAnswer(tuple(points), suspicious, at, sentence, rule)


def _word(card: ModelCard, judged: Sequence[Prediction]) -> tuple[bool | None, str]:
    """Suspicious, not, or None for uncertain; and how long the run is that says so, in words."""
    point = card.operating_point.threshold
    reach = [height(card, p) >= point for p in judged]
    unclear = [r or p.verdict is Verdict.UNCERTAIN for r, p in zip(reach, judged, strict=True)]
    least, longest, without = min(RUN, len(judged)), _longest_run(reach), _longest_run(unclear)
    if longest < least <= without:
        return None, f"Uncertain: the longest run without a call below {point:.2f} is {without}"
    suspicious = longest >= least
    said = "Suspicious" if suspicious else "Not suspicious"
    return suspicious, f"{said}: the longest run at or above {point:.2f} is {longest}"


def _longest_run(flags: Sequence[bool]) -> int:
    longest = current = 0
    for flag in flags:
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest
