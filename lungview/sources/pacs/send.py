"""C-STORE of files to a node, and storage commitment where it is offered (PS3.4 B, J)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pynetdicom.association import Association
from pynetdicom.presentation import PresentationContext

from lungview.errors import LungViewError, NoAnswer
from lungview.remote_nodes import DicomNode
from lungview.sources.folder import Head, head_of_file
from lungview.sources.pacs import contexts
from lungview.sources.pacs.association import associated, status_of
from lungview.sources.pacs.commitment import Commitment
from lungview.sources.sending import OnOutcome, Outcome, State
from lungview.sources.source import Cancel, check, never

_MOST_KINDS = 60  # SOP classes and transfer syntaxes of one association: each may take two contexts
_NO_ROOM = range(0xA700, 0xA800)
_FOR_A_WHILE = (0x0110, 0x0213)  # processing failure, resource limitation: another try may succeed
_WARNINGS = (0xB000, 0xB006, 0xB007)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    head: Head


def send(
    node: DicomNode,
    paths: Sequence[Path],
    on_outcome: OnOutcome,
    cancelled: Cancel = never,
    *,
    commit: bool = True,
) -> None:
    """Send each file as it is written; uncompressed ones in the other VR encoding where only that is taken.

    on_outcome: called with each file's outcome as it is known; WAITING where a later try may succeed. A sent
    one that the node commits to follows as COMMITTED.
    Raises NoAnswer, Refused, NetworkError when there is no association or it ends early, Cancelled; files
    without an outcome are then unsent.
    """
    files = list(_readable(paths, on_outcome))
    for group in _groups(files):
        _send_group(node, group, on_outcome, cancelled, commit)


def _readable(paths: Sequence[Path], on_outcome: OnOutcome) -> Iterator[_File]:
    for path in paths:
        try:
            head = head_of_file(path)
        except LungViewError as error:
            on_outcome(Outcome(path, State.FAILED, error.message))
        else:
            yield _File(path, head)


def _groups(files: Sequence[_File]) -> Iterator[list[_File]]:
    """Files of no more kinds than one association has contexts for."""
    kinds: set[tuple[str, str]] = set()
    group: list[_File] = []
    for file in files:
        kind = (file.head.class_uid, file.head.syntax)
        if kind not in kinds and len(kinds) == _MOST_KINDS:
            yield group
            kinds, group = set(), []
        kinds.add(kind)
        group.append(file)
    if group:
        yield group


def _send_group(
    node: DicomNode, files: Sequence[_File], on_outcome: OnOutcome, cancelled: Cancel, commit: bool
) -> None:
    with Commitment(node, wanted=commit) as commitment:
        proposed = [*contexts.of_files(_kinds(files)), *commitment.contexts]
        with associated(node, proposed, handlers=commitment.handlers) as association:
            stored: list[_File] = []
            for file in files:
                check(cancelled)
                outcome = _store(node, association, file)
                on_outcome(outcome)
                if outcome.state is State.SENT:
                    stored.append(file)
            for outcome in commitment.ask(association, [(f.path, f.head) for f in stored], cancelled):
                on_outcome(outcome)


def _kinds(files: Sequence[_File]) -> Iterator[tuple[str, str]]:
    for file in files:
        yield file.head.class_uid, file.head.syntax
        if file.head.syntax in contexts.PLAIN:
            yield from ((file.head.class_uid, str(syntax)) for syntax in contexts.PLAIN)


def _store(node: DicomNode, association: Association, file: _File) -> Outcome:
    accepted = {c.transfer_syntax[0] for c in association.accepted_contexts if _is_of(c, file.head)}
    as_it_is = file.head.syntax in accepted
    if not as_it_is and not (file.head.syntax in contexts.PLAIN and accepted & set(contexts.PLAIN)):
        return Outcome(file.path, State.FAILED, f"{node.name} takes no such objects, or not in this format")
    if not association.is_established:
        raise NoAnswer(f"{node.name} broke off the association")
    try:
        # A path is sent as its bytes are; a data set is written anew.
        answer = association.send_c_store(str(file.path) if as_it_is else dcmread(file.path))
    except (ValueError, AttributeError, OSError) as error:
        return Outcome(file.path, State.FAILED, f"the file cannot be sent ({type(error).__name__})")
    return _outcome(node, file.path, status_of(node, answer, "C-STORE"))


def _is_of(context: PresentationContext, head: Head) -> bool:
    return context.abstract_syntax == head.class_uid


def _outcome(node: DicomNode, path: Path, status: int) -> Outcome:
    if status == 0:
        return Outcome(path, State.SENT)
    if status in _WARNINGS:
        return Outcome(path, State.SENT, f"{node.name} took it with a remark: status {status:04X}")
    if status in _NO_ROOM or status in _FOR_A_WHILE:
        return Outcome(path, State.WAITING, f"{node.name} has no room or cannot now: status {status:04X}")
    return Outcome(path, State.FAILED, f"{node.name} refused it: status {status:04X}")
