"""Series mode: every n-th slice of a CT, and what the slices say together by a rule stated in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lungview.classify import words
from lungview.classify.case import Case, Prediction, Verdict
from lungview.classify.classify import classify
from lungview.classify.verdict import malignancy
from lungview.errors import LungViewError, ModelError
from lungview.image import readers
from lungview.image.slice import Instance, Slice
from lungview.model.card import ModelCard
from lungview.model.registry import Entry

RUN = 3  # neighbouring judged slices that must agree


@dataclass(frozen=True, slots=True, eq=False)
class SlicePoint:
    """One slice of the curve. index: its place in the series, 0-based."""

    index: int
    case: Case

    @property
    def judged(self) -> Prediction | None:
        """The prediction, when the gate let the slice pass or the reader overrode it."""
        found = self.case.prediction
        return None if found is None or found.verdict is Verdict.NOT_SUITABLE else found


@dataclass(frozen=True, slots=True, eq=False)
class SeriesAnswer:
    """What a series' slices say together.

    points: in slice order. suspicious: by the rule, None when no slice was suitable. at: index of the slice
    to look at first, the highest of the curve. sentence, rule: for the screen and the report.
    """

    points: tuple[SlicePoint, ...] = field(repr=False)
    suspicious: bool | None
    at: int | None
    sentence: str
    rule: str


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
    return classify(slice_, model, override=override, threads=threads)


def height(card: ModelCard, prediction: Prediction) -> float:
    """What the curve shows: probability of malignancy, or of the leading class for a card without one."""
    total = malignancy(card, prediction.probabilities)
    return max(prediction.probabilities) if total is None else total


def answer(points: Sequence[SlicePoint], card: ModelCard) -> SeriesAnswer:
    """The rule: suspicious when RUN neighbouring judged slices reach the operating point.

    One slice alone is often noise; a nodule or tumour large enough to see spans several. Fewer judged slices
    than RUN must all reach it. Slices that the gate refused are passed over, not counted as clear.
    """
    point = card.operating_point.threshold
    heights = [(p.index, height(card, p.judged)) for p in points if p.judged is not None]
    rule = (
        f"A series is suspicious when {RUN} neighbouring judged slices reach the operating point "
        f"{point:.2f}; slices the gate refused are passed over."
    )
    if not heights:
        return SeriesAnswer(tuple(points), None, None, "No slice was suitable for this model.", rule)
    longest = _longest_run([value >= point for _, value in heights])
    suspicious = longest >= min(RUN, len(heights))
    at, highest = max(heights, key=lambda found: found[1])
    said = "Suspicious" if suspicious else "Not suspicious"
    sentence = (
        f"{said}: the longest run at or above {point:.2f} is {longest} of {len(heights)} judged slices; "
        f"highest {words.share(highest)} at slice {at + 1}."
    )
    return SeriesAnswer(tuple(points), suspicious, at, sentence, rule)


def _longest_run(flags: Sequence[bool]) -> int:
    longest = current = 0
    for flag in flags:
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest
