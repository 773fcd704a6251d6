"""Annotations and key images, kept per study in one SQLite file of the user's own.

Keyed by UIDs, a digest of who it is and a hash of the pixels: no patient name, no path. A text the reader
wrote is kept as written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from lungview import paths
from lungview.databases import write_ahead
from lungview.errors import AnnotationError
from lungview.marks import store_format
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.study_marks import Drawings, OldPicture, StudyMarks, old_name
from lungview.study.key import PictureId, PictureName

_BUSY_MS = 2000
_SEVERAL = ("one slice", "another slice")  # in the place of pictures: of one UID in one series
_PICTURE = "study, instance, frame, patient, series, pixels"
_DOUBTED = (
    "(SELECT count(*) FROM met WHERE met.study = {0}.study AND met.instance = {0}.instance"
    " AND met.frame = {0}.frame) > 1"
)


def default_path() -> Path:
    return paths.data() / "annotations.sqlite"


class AnnotationStore:
    """The annotations of every study the user has drawn on.

    Used from one thread. Every method raises AnnotationError when the file cannot be used.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        with self._failing_clearly("the annotations cannot be opened"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, isolation_level=None)
            try:
                self._prepare()
            except (sqlite3.Error, AnnotationError):
                self._connection.close()
                raise

    def _prepare(self) -> None:
        run = self._connection.execute
        run(f"PRAGMA busy_timeout = {_BUSY_MS}")
        version, known = store_format.version_of(self._connection), store_format.VERSION
        if version > known:
            raise AnnotationError(
                f"the annotations are of a later LungView (format {version}, this one knows {known})",
                self.path,
                "Update LungView; nothing was changed in the file.",
            )
        # A second window reads on while one writes; NORMAL loses at most the last change on power loss.
        write_ahead(self._connection)
        run("PRAGMA synchronous = NORMAL")
        store_format.migrate(self._connection)

    @contextmanager
    def _failing_clearly(self, failure: str) -> Iterator[None]:
        """failure: what is said before why."""
        try:
            yield
        except (sqlite3.Error, OSError, ValueError) as error:  # ValueError: a row nobody here wrote
            raise AnnotationError(f"{failure}: {error}", self.path) from error

    def study(self, study: str) -> StudyMarks:
        """All marks of a study ("" for files that have none), those left out that nobody can place."""
        drawn: dict[PictureId, Drawings] = {}
        early_drawn: dict[PictureId, Drawings] = {}
        old_drawn: dict[OldPicture, Drawings] = {}
        query = (
            f"SELECT kind, points, text, id, label, {_PICTURE}, early, {_DOUBTED.format('annotation')}"
            " FROM annotation WHERE study = ? ORDER BY made, rowid"
        )
        with self._failing_clearly("the annotations cannot be read"):
            for *row, early, doubted in self._connection.execute(query, (study,)):
                made, place = _annotation(row[:5]), _place(row[5:])
                if isinstance(place, PictureId):
                    drawn[place] = (*drawn.get(place, ()), made)
                    if early:
                        early_drawn[place] = (*early_drawn.get(place, ()), made)
                elif place.known and not doubted:
                    old_drawn[place] = (*old_drawn.get(place, ()), made)
            keys, early_keys = self._keys(study), self._keys(study, "AND early")
            return StudyMarks(drawn, keys, old_drawn, self._old_keys(study), early_drawn, early_keys)

    def around(self, picture: PictureId) -> StudyMarks:
        """The marks of the study of a picture that is looked at: old ones may be meant for it."""
        found = self.study(picture.name.study)
        if found.has_old(picture) and not self.meet(picture):
            return self.study(picture.name.study)
        return found

    def _keys(self, study: str, which: str = "") -> tuple[PictureId, ...]:
        query = f"SELECT {_PICTURE} FROM key_picture WHERE study = ? {which} ORDER BY rowid"
        places = map(_place, self._connection.execute(query, (study,)))
        return tuple(place for place in places if isinstance(place, PictureId))

    def _old_keys(self, study: str) -> tuple[OldPicture, ...]:
        query = (
            "SELECT study, instance, frame FROM key_image WHERE study = ?"
            f" AND NOT {_DOUBTED.format('key_image')} ORDER BY rowid"
        )
        olds = (OldPicture(*row) for row in self._connection.execute(query, (study,)))
        return tuple(old for old in olds if old.known)

    def put(self, picture: PictureId, annotation: Annotation) -> None:
        """Keep an annotation; one of the same id is replaced and keeps its place in the order."""
        points = json.dumps([(p.x, p.y) for p in annotation.points])
        label = None if annotation.label is None else json.dumps((annotation.label.x, annotation.label.y))
        written = (annotation.kind, points, annotation.text, label, datetime.now(UTC).isoformat())
        with self._failing_clearly("the annotations cannot be kept"):
            self._connection.execute(
                f"INSERT INTO annotation (id, kind, points, text, label, made, {_PICTURE})"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " kind = excluded.kind, points = excluded.points, text = excluded.text,"
                " label = excluded.label,"
                " instance = excluded.instance, patient = excluded.patient, series = excluded.series,"
                " pixels = excluded.pixels, early = 0",
                (annotation.id, *written, *_columns(picture)),
            )

    def delete(self, annotation_id: str) -> None:
        """Forget an annotation; nothing happens when there is none."""
        with self._failing_clearly("the annotations cannot be deleted"):
            self._connection.execute("DELETE FROM annotation WHERE id = ?", (annotation_id,))

    def mark_key_image(self, picture: PictureId, key: bool) -> None:
        """Make a picture a key image of its study, or no longer one."""
        with self._failing_clearly("the annotations cannot be kept"):
            if key:
                self._connection.execute(
                    f"INSERT OR IGNORE INTO key_picture ({_PICTURE}) VALUES (?, ?, ?, ?, ?, ?)",
                    _columns(picture),
                )
            else:
                where = " AND ".join(f"{column} = ?" for column in _PICTURE.split(", "))
                self._connection.execute(f"DELETE FROM key_picture WHERE {where}", _columns(picture))
                if picture.earlier:
                    self._connection.execute(
                        f"DELETE FROM key_picture WHERE early AND {where}", _columns(picture.earlier)
                    )

    def unmark_old(self, old: OldPicture) -> None:
        """Forget that a picture was a key image in an earlier version."""
        where = "study = ? AND instance = ? AND frame = ?"
        with self._failing_clearly("the annotations cannot be kept"):
            self._connection.execute(f"DELETE FROM key_image WHERE {where}", old)

    def meet(self, picture: PictureId) -> bool:
        """Note that an earlier version's marks may be meant for a picture.

        Returns whether it is the only one so far; if not, they are shown on none any more, and kept.
        """
        return self._met(old_name(picture), picture.digest)

    def doubt(self, olds: Iterable[OldPicture]) -> None:
        """Note that an earlier version's marks may each be meant for several slices of one series."""
        for old in olds:
            for slice_ in _SEVERAL:
                self._met(old, slice_)

    def _met(self, old: OldPicture, picture: str) -> bool:
        count = "SELECT count(*) FROM met WHERE study = ? AND instance = ? AND frame = ?"
        with self._failing_clearly("the annotations cannot be kept"):
            self._connection.execute("INSERT OR IGNORE INTO met VALUES (?, ?, ?, ?)", (*old, picture))
            return bool(self._connection.execute(count, old).fetchone()[0] == 1)

    def unplaced(self, study: str) -> int:
        """How many marks of an earlier version are kept but not shown: nobody can say on which picture."""
        nameless = "(study = '' AND instance NOT LIKE 'sha256:%')"
        marks = (
            f"SELECT count(*) FROM annotation WHERE pixels IS NULL AND study = ?"
            f" AND ({nameless} OR {_DOUBTED.format('annotation')})"
        )
        keys = (
            f"SELECT count(*) FROM key_image WHERE study = ?"
            f" AND ({nameless} OR {_DOUBTED.format('key_image')})"
        )
        with self._failing_clearly("the annotations cannot be read"):
            found = [self._connection.execute(query, (study,)).fetchone()[0] for query in (marks, keys)]
        return sum(found)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> AnnotationStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _annotation(row: list[Any]) -> Annotation:
    kind, points, text, identity, label = row
    places = tuple(Point(x, y) for x, y in json.loads(points))
    return Annotation(Kind(kind), places, text, identity, Point(*json.loads(label)) if label else None)


def _columns(picture: PictureId) -> tuple[str | int, ...]:
    """The values of `_PICTURE`."""
    name = picture.name
    return name.study, name.instance, name.frame, name.patient, name.series, picture.pixels


def _place(row: Any) -> PictureId | OldPicture:
    """What the columns of `_PICTURE` name."""
    study, instance, frame, patient, series, pixels = row
    if pixels is None:
        return OldPicture(study, instance, frame)
    return PictureId(PictureName(patient, study, series, instance, frame), pixels)
