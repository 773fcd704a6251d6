"""Grouping: headers put into series and slice order, with what is odd about them said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from lungview.image.readers.header import Header
from lungview.image.slice import Instance
from lungview.study.series import Series
from lungview.study.sorting.copies import Copies
from lungview.study.sorting.identity import Identity, differences, identity_of, place_of
from lungview.study.sorting.joining import noted
from lungview.study.sorting.localizers import with_localizers
from lungview.study.sorting.series_geometry import First, Order, by_direction, in_order, natural
from lungview.study.sorting.stacks import Stack, stacks


@dataclass(slots=True)
class _Files:
    """Headers of one identity, as they come in."""

    identity: Identity
    headers: list[Header] = field(default_factory=list)


class Grouping:
    """Puts headers into series while a scan goes on; not thread safe.

    What comes out does not depend on the order in which headers come in.
    check: called before a file is looked into that may be a copy; what it raises ends the work.
    first: the end of a stack that comes first.
    """

    def __init__(self, check: Callable[[], None] = lambda: None, first: First = First.HEAD) -> None:
        self._first = first
        self._files: dict[Identity, _Files] = {}
        self._of_uid: dict[str, list[Identity]] = {}
        self._copies = Copies(check)

    def add(self, header: Header) -> Identity:
        """Take in one file; returns the identity of its series."""
        identity = identity_of(header)
        files = self._files.get(identity)
        if files is None:
            files = self._files[identity] = _Files(identity)
            self._of_uid.setdefault(identity.series, []).append(identity)
        files.headers.append(header)
        return identity

    def series(self, identity: Identity) -> tuple[Series, ...]:
        """The series of an identity as they stand: one, or one for each direction and stack.

        Raises KeyError for an identity that `add` never gave.
        """
        said = differences(self._of_uid[identity.series]) if identity.series else ""
        return _split(self._files[identity], self._copies, [said] if said else [], self._first)

    def all_series(self) -> tuple[Series, ...]:
        """Every series: by study, stacks before localizers, then by series number, then by name."""
        found = [series for identity in self._files for series in self.series(identity)]
        return tuple(sorted(noted(with_localizers(found)), key=_listing_order))


def group(headers: Iterable[Header]) -> tuple[Series, ...]:
    """The series that some headers make up."""
    grouping = Grouping()
    for header in headers:
        grouping.add(header)
    return grouping.all_series()


def _split(files: _Files, copies: Copies, said: list[str], first: First) -> tuple[Series, ...]:
    """The series of files of one identity: those of one direction together, its stacks apart."""
    header_of = {id(i): header for header in files.headers for i in header.instances}
    instances, copied = copies.without([i for header in files.headers for i in header.instances])
    turned = by_direction(instances)
    placed = sum(one_way[0].geometry is not None for one_way in turned)
    if placed > 1:
        said = [*said, f"this series has {placed} directions; each is a series of its own"]
    found: list[Series] = []
    for number, one_way in enumerate(turned):
        parts = stacks(one_way)
        for stack in parts:
            key = f"{files.identity.key}/{number}/{len(found)}"
            words = [*said, *_told_apart(parts, stack), *copied]
            found.append(_series(key, in_order(stack.instances, first), stack.name, header_of, words))
    return tuple(found)


def _told_apart(parts: Sequence[Stack], stack: Stack) -> list[str]:
    if len(parts) == 1:
        return []
    return [f"one of {len(parts)} stacks at the same places, told apart by {' and '.join(stack.told_by)}"]


def _series(key: str, order: Order, stack_name: str, header_of: dict[int, Header], said: list[str]) -> Series:
    first = order.instances[0]
    head = header_of[id(first)]
    headers = {id(h): h for i in order.instances for h in [header_of[id(i)]]}
    return Series(
        key=key,
        uid=first.series_instance_uid,
        description=", ".join(filter(None, (head.series_description or _place_name(first), stack_name))),
        modality=first.modality,
        instances=order.instances,
        rows=first.rows,
        columns=first.columns,
        spacing=head.spacing,
        slice_spacing=order.step,
        warnings=(*said, *_warnings(list(headers.values()), order)),
        patient=head.patient,
        study=head.study,
        number=head.series_number,
        thickness=head.thickness,
        body_part=head.body_part,
        localizer=identity_of(head).localizer,
        frame_of_reference_uid=head.frame_of_reference_uid,
        stack=stack_name,
    )


def _place_name(instance: Instance) -> str:
    """What a series without a description is called: its folder, or the zip that holds it."""
    if instance.series_instance_uid:
        return ""
    return PurePath(place_of(instance)).name


def _warnings(headers: list[Header], order: Order) -> tuple[str, ...]:
    found = list(order.warnings)
    spacings = {(h.spacing.row, h.spacing.column) for h in headers if h.spacing}
    if len(spacings) > 1:
        found.append(f"{len(spacings)} different pixel spacings in one series")
    for header in headers:
        found += [w for w in header.warnings if w not in found]
    return tuple(found)


def _file_order(instance: Instance) -> tuple[object, ...]:
    return natural(str(instance.path)), natural(instance.member), instance.frame


def _listing_order(series: Series) -> tuple[object, ...]:
    number = series.number if series.number is not None else 1 << 31
    first = _file_order(series.instances[0])
    return series.study.date, series.study.study_instance_uid, series.localizer, number, first, series.key
