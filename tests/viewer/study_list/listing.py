"""Entries and series for tests of the list."""

from __future__ import annotations

from pathlib import Path

from lungview.image.slice import Instance, Patient, Study
from lungview.study.series import Series
from lungview.viewer.study_list import work
from lungview.viewer.study_list.entry import Entry
from lungview.viewer.study_list.store import StudyStore


def entry(number: int, name: str = "", **more: object) -> Entry:
    who = Patient(name or f"Person^{number}", f"ID-{number}", "19500102", "F")
    what = Study(f"1.2.{number}", "Thorax", f"2024010{number}", "101500")
    known: dict[str, object] = {"modalities": ("CT",), "series": 1, "pictures": 3, "paths": (f"/x/{number}",)}
    return Entry((f"owner{number}", f"1.2.{number}"), who, what, **(known | more))  # type: ignore[arg-type]


def listed() -> tuple[Entry, ...]:
    """The list as its file has it."""
    with StudyStore() as store:
        return store.all()


def add_folder(folder: Path) -> None:
    """List the studies below a folder, none of them opened."""
    _, change = work.look_through(lambda _: None, lambda: False, folder)
    with StudyStore() as store:
        change(store)


def series(
    number: int, *files: Path | tuple[Path, str], study: str | None = None, modality: str = "CT"
) -> Series:
    """A series of one file each; study: its UID. A pair is a zip and a member."""
    instances = tuple(
        Instance(f[0], member=f[1]) if isinstance(f, tuple) else Instance(f, modality=modality) for f in files
    )
    what = Study(f"1.2.{number}" if study is None else study, "Thorax", "20240101")
    who = Patient(f"Person^{number}", f"ID-{number}")
    return Series(
        f"s{number}{modality}", f"9.{number}", "Axial", modality, instances, 4, 4, patient=who, study=what
    )
