"""From an overlay to the pictures that are open: which it belongs to, and what of it has none.

A picture is never found by its SOP Instance UID alone: patient and study have to be the same, the series
where the object says it, and one file alone may bear the UID.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lungview.image.slice import Instance
from lungview.overlays.area import in_pixels
from lungview.overlays.placing import MaskOn, Planes
from lungview.overlays.values import Figure, KeyImage, Look, Mask, Overlay, Reference
from lungview.overlays.whose import in_one_space, may_be_one
from lungview.study.key import FrameKey, frame_key
from lungview.study.series import Series

Drawn = MaskOn | Figure | KeyImage


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """An overlay on pictures. drawn, looks: by picture. notes: what of it is not shown, and why.

    middle: of each part the middle one of the pictures that it is on. flat: those of `drawn` that lie on
    pictures and say nothing of the patient.
    """

    overlay: Overlay
    drawn: Mapping[FrameKey, tuple[Drawn, ...]] = field(default_factory=dict, repr=False)
    looks: Mapping[FrameKey, Look] = field(default_factory=dict, repr=False)
    middle: Mapping[int, FrameKey] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()
    flat: Mapping[FrameKey, tuple[Figure, ...]] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> bool:
        """Whether any of it is on a picture that is open."""
        return bool(self.drawn or self.looks)


def bind(overlay: Overlay, series: Sequence[Series]) -> Bound:
    """The overlay on the pictures of what is open."""
    own = [each for each in series if may_be_one(overlay.patient, each.patient)]
    return _Binding(overlay, own, series).bound()


class _Binding:
    """One overlay being laid on pictures."""

    def __init__(self, overlay: Overlay, own: Sequence[Series], all_series: Sequence[Series]) -> None:
        self._overlay, self._own, self._all = overlay, own, all_series
        self._by_uid: dict[str, list[tuple[Series, Instance]]] = defaultdict(list)
        for each in own:
            for instance in each.instances:
                if instance.sop_instance_uid:
                    self._by_uid[instance.sop_instance_uid].append((each, instance))
        self._drawn: dict[FrameKey, list[Drawn]] = defaultdict(list)
        self._flat: dict[FrameKey, list[Figure]] = defaultdict(list)
        self._looks: dict[FrameKey, Look] = {}
        self._lost: Counter[str] = Counter()
        self._doubtful: set[Reference] = set()

    def bound(self) -> Bound:
        self._lay_looks()
        self._lay_masks()
        self._lay_contours()
        self._lay_figures()
        self._lay_key_images()
        drawn = {key: tuple(each) for key, each in self._drawn.items()}
        flat = {key: tuple(each) for key, each in self._flat.items()}
        return Bound(self._overlay, drawn, self._looks, self._middle(drawn), tuple(self._notes()), flat)

    def _middle(self, drawn: Mapping[FrameKey, tuple[Drawn, ...]]) -> dict[int, FrameKey]:
        found: dict[int, list[FrameKey]] = defaultdict(list)
        for key in dict.fromkeys(frame_key(i) for s in self._own for i in s.instances):
            for part in {each.part for each in drawn.get(key, ())}:
                found[part].append(key)
        return {part: keys[len(keys) // 2] for part, keys in found.items()}

    def _named(self, reference: Reference) -> list[Instance]:
        """The pictures of a reference, one file's; [] where none is open or it may be several."""
        found = [
            (series, instance)
            for series, instance in self._by_uid.get(reference.instance, ())
            if _is_of(reference, series, instance)
        ]
        if len({frame_key(instance).object for _, instance in found}) > 1:
            self._doubtful.add(reference)
            return []
        by_place = {frame_key(instance): instance for _, instance in found}
        return list(by_place.values())

    def _lay_masks(self) -> None:
        frame = self._overlay.frame_of_reference_uid
        planes = self._planes(frame)
        for mask in self._overlay.masks:
            if mask.geometry is not None:
                found = [placed for p in planes if (placed := p.mask_on(mask)) is not None]
                for key, on in found:
                    self._drawn[key].append(on)
                if not found:
                    self._lost["frames lie in the plane of no picture that is open"] += 1
            else:
                self._lay_by_reference(mask)

    def _planes(self, frame_of_reference_uid: str) -> list[Planes]:
        """Of the series in a frame of reference."""
        found = (
            Planes.of(each) for each in self._own if in_one_space(self._overlay, frame_of_reference_uid, each)
        )
        return [each for each in found if each is not None]

    def _lay_by_reference(self, mask: Mask) -> None:
        """A mask without a place in the patient lies on the pictures it was made from, pixel on pixel."""
        pictures = [i for r in mask.references for i in self._named(r)]
        fitting = [i for i in pictures if (i.rows, i.columns) == mask.shape]
        top, left = mask.start
        for instance in fitting:
            on = MaskOn(mask.part, mask.mask, (1.0, 0.0, 0.0, 1.0, float(left), float(top)))
            self._drawn[frame_key(instance)].append(on)
        if pictures and not fitting:
            size = f"{mask.shape[0]} × {mask.shape[1]}"
            self._lost[f"frames of {size} pixels do not say how they lie on pictures of another size"] += 1
        elif not pictures:
            self._lost["frames are of no picture that is open"] += 1

    def _lay_contours(self) -> None:
        planes: dict[str, list[Planes]] = {}
        for contour in self._overlay.contours:
            frame = contour.frame_of_reference_uid
            if frame not in planes:
                planes[frame] = self._planes(frame)
            found = [on for p in planes[frame] for on in p.contour_on(contour)]
            for key, figure in found:
                self._drawn[key].append(figure)
            if not found:
                self._lost[_why_no_contour(frame, bool(planes[frame]))] += 1

    def _lay_figures(self) -> None:
        for flat in self._overlay.figures:
            of = flat.references or self._overlay.references
            pictures = [i for r in of for i in self._named(r)]
            for instance in pictures:
                figure = flat.figure if not flat.of_area else self._of_area(flat.figure, instance)
                self._drawn[frame_key(instance)].append(figure)
                self._flat[frame_key(instance)].append(figure)
            if not pictures:
                self._lost["drawings are on no picture that is open"] += 1

    def _lay_key_images(self) -> None:
        for key in self._overlay.key_images:
            for instance in (i for r in key.references for i in self._named(r)):
                self._drawn[frame_key(instance)].append(key)

    def _of_area(self, figure: Figure, instance: Instance) -> Figure:
        look = self._looks.get(frame_key(instance), Look())
        return in_pixels(figure, look, (instance.rows, instance.columns))

    def _lay_looks(self) -> None:
        for look in self._overlay.looks:
            for reference in look.references:
                for instance in self._named(reference):
                    self._looks.setdefault(frame_key(instance), look)

    def _notes(self) -> Iterable[str]:
        yield from self._overlay.notes
        if self._all and not self._own:
            yield "it is of another patient than what is open; nothing of it is shown"
            return
        missing = [r for r in self._overlay.references if not self._named(r)]
        gone = len({r.instance for r in missing} - {r.instance for r in self._doubtful})
        if self._doubtful:
            yield f"{len(self._doubtful)} pictures that it names may be several; nothing is shown on them"
        if gone:
            count = len({r.instance for r in self._overlay.references})
            where = sorted({r.series for r in missing if r.series})
            named = f": series {', '.join(where[:3])}" if where else f": {missing[0].instance}"
            yield f"{gone} of the {count} pictures that it names are not open{named}"
        frame = self._overlay.frame_of_reference_uid
        if self._overlay.masks and frame and not self._planes(frame):
            yield f"its masks lie in another frame of reference ({frame}) than what is open"
            return
        for why, count in self._lost.items():
            yield f"{count} {why}"


def _is_of(reference: Reference, series: Series, instance: Instance) -> bool:
    study = not reference.study or reference.study == series.study.study_instance_uid
    own = not reference.series or reference.series == instance.series_instance_uid
    frame = reference.frame is None or reference.frame == instance.frame
    # A study that neither names is nobody's: a UID of no study may be anybody's.
    return study and own and frame and bool(reference.study or reference.series)


def _why_no_contour(frame_of_reference_uid: str, planes: bool) -> str:
    """Whole sentences, but for the number before them: each language has its own order of words."""
    if planes:
        return "contours lie on no slice that is open"
    if not frame_of_reference_uid:
        return "contours name no frame of reference"
    return "contours lie in another frame of reference than what is open"
