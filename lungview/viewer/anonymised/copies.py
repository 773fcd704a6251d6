"""One run of anonymised copies: what is asked for, how far it is, and what became of every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lungview.errors import InputError
from lungview.report.anonymise import run as work
from lungview.report.anonymise.profile import Profile
from lungview.report.anonymise.run import Outcome
from lungview.report.anonymise.target import target
from lungview.sources.files.candidates import Candidate, candidates
from lungview.sources.source import check
from lungview.study.key import object_key
from lungview.study.series import Series

MOST_LISTED = 10_000  # files with a reason: more are counted only


@dataclass(frozen=True, slots=True)
class Source:
    """What is copied: some files alone, or all that is below some paths.

    paths: what must not be written onto or into; with no files, all below them is copied.
    """

    paths: tuple[Path, ...]
    files: tuple[Candidate, ...] = ()

    def all_files(self, check: Callable[[], None]) -> tuple[Candidate, ...]:
        """Every file, found now. check: called for each entry; what it raises ends the search."""
        return self.files or tuple(candidates(self.paths, check, every=True))


@dataclass(frozen=True, slots=True)
class Wanted:
    """keep: names of retain options; dicomdir: in a folder; a zip where `out` ends in .zip."""

    source: Source
    out: Path
    keep: tuple[str, ...] = ()
    dicomdir: bool = False
    with_burned_in: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the files. told: those with a reason, MOST_LISTED at most, in the order they came."""

    out: Path
    counts: Counter[str] = field(default_factory=Counter)
    told: tuple[Outcome, ...] = ()

    @property
    def written(self) -> int:
        return self.counts[work.WRITTEN] + sum(o.status == work.BURNED_IN and bool(o.name) for o in self.told)


def of_series(series: Iterable[Series], opened: tuple[Path, ...] = ()) -> Source:
    """The files of some series, each once. opened: the folders they came from, which are not written into."""
    files = {object_key(each): Candidate(each.path, each.member) for s in series for each in s.instances}
    places = dict.fromkeys((*(each.path for each in files.values()), *opened))
    return Source(tuple(places), tuple(files.values()))


def make(emit: Callable[[tuple[int, int]], None], cancelled: Callable[[], bool], wanted: Wanted) -> Result:
    """Write the copies; all of them appear at the end, or none. Emits (files done, files there are).

    Where no file could be written, nothing appears, and the result says why, file by file.
    Raises InputError where there is nothing to copy or no right place for it, ReportError where nothing more
    can be written, Cancelled.
    """
    profile = Profile(wanted.keep)
    counts: Counter[str] = Counter()
    told: list[Outcome] = []
    with target(wanted.out, wanted.source.paths, dicomdir=wanted.dicomdir) as place:
        files = wanted.source.all_files(lambda: check(cancelled))
        if not files:
            raise InputError("no file is there to be copied", wanted.source.paths[0])
        each = work.anonymise_each(
            files, place, profile, with_burned_in=wanted.with_burned_in, cancelled=cancelled
        )
        for done, outcome in enumerate(each, 1):
            counts[outcome.status] += 1
            if outcome.reason and len(told) < MOST_LISTED:
                told.append(outcome)
            emit((done, len(files)))
    return Result(wanted.out, counts, tuple(told))
