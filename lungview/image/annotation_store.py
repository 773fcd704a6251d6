"""Annotations and key images, kept per study in one SQLite file of the user's own.

Keyed by UIDs or pixel hashes: no patient name, no path. A text the reader wrote is kept as written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from lungview import paths
from lungview.errors import AnnotationError
from lungview.image.annotation import Annotation, Kind, Picture, Point

VERSION = 1
_BUSY_MS = 2000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS annotation (
    id TEXT PRIMARY KEY,
    study TEXT NOT NULL,
    instance TEXT NOT NULL,
    frame INTEGER NOT NULL,
    kind TEXT NOT NULL,
    points TEXT NOT NULL,
    text TEXT NOT NULL,
    made TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS annotation_picture ON annotation (instance, frame);
CREATE TABLE IF NOT EXISTS key_image (
    study TEXT NOT NULL,
    instance TEXT NOT NULL,
    frame INTEGER NOT NULL,
    PRIMARY KEY (study, instance, frame)
);
"""


def default_path() -> Path:
    return paths.data() / "annotations.sqlite"


class AnnotationStore:
    """The annotations of every study the user has drawn on.

    Used from one thread. Every method raises AnnotationError when the file cannot be used.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        with self._failing_clearly("opened"):
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
        version = run("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise AnnotationError(
                f"the annotations are of a later LungView (format {version}, this one knows {VERSION})",
                self.path,
                "Update LungView; nothing was changed in the file.",
            )
        # A second window reads on while one writes; NORMAL loses at most the last change on power loss.
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        run(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _failing_clearly(self, what: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError) as error:  # ValueError: a row nobody here wrote
            raise AnnotationError(f"the annotations cannot be {what}: {error}", self.path) from error

    def annotations(self, picture: Picture) -> tuple[Annotation, ...]:
        """What was drawn on a picture, oldest first."""
        query = (
            "SELECT kind, points, text, id FROM annotation"
            " WHERE instance = ? AND frame = ? ORDER BY made, rowid"
        )
        with self._failing_clearly("read"):
            rows = self._connection.execute(query, (picture.instance, picture.frame)).fetchall()
            return tuple(_annotation(row) for row in rows)

    def put(self, picture: Picture, annotation: Annotation) -> None:
        """Keep an annotation; one of the same id is replaced and keeps its place in the order."""
        points = json.dumps([(p.x, p.y) for p in annotation.points])
        values = (annotation.id, picture.study, picture.instance, picture.frame)
        with self._failing_clearly("kept"):
            self._connection.execute(
                "INSERT INTO annotation VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " kind = excluded.kind, points = excluded.points, text = excluded.text",
                (*values, annotation.kind, points, annotation.text, datetime.now(UTC).isoformat()),
            )

    def delete(self, annotation_id: str) -> None:
        """Forget an annotation; nothing happens when there is none."""
        with self._failing_clearly("deleted"):
            self._connection.execute("DELETE FROM annotation WHERE id = ?", (annotation_id,))

    def annotated(self, study: str) -> dict[tuple[str, int], int]:
        """The number of annotations of each picture (instance, frame) of a study."""
        query = "SELECT instance, frame, count(*) FROM annotation WHERE study = ? GROUP BY instance, frame"
        with self._failing_clearly("read"):
            rows = self._connection.execute(query, (study,)).fetchall()
        return {(instance, frame): count for instance, frame, count in rows}

    def mark_key_image(self, picture: Picture, key: bool) -> None:
        """Make a picture a key image of its study, or no longer one."""
        values = (picture.study, picture.instance, picture.frame)
        statement = (
            "INSERT OR IGNORE INTO key_image VALUES (?, ?, ?)"
            if key
            else "DELETE FROM key_image WHERE study = ? AND instance = ? AND frame = ?"
        )
        with self._failing_clearly("kept"):
            self._connection.execute(statement, values)

    def key_images(self, study: str) -> tuple[Picture, ...]:
        """The key images of a study, in the order they were marked."""
        query = "SELECT study, instance, frame FROM key_image WHERE study = ? ORDER BY rowid"
        with self._failing_clearly("read"):
            rows = self._connection.execute(query, (study,)).fetchall()
        return tuple(Picture(*row) for row in rows)

    def is_key_image(self, picture: Picture) -> bool:
        return picture in self.key_images(picture.study)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> AnnotationStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _annotation(row: tuple[str, str, str, str]) -> Annotation:
    kind, points, text, identity = row
    return Annotation(Kind(kind), tuple(Point(x, y) for x, y in json.loads(points)), text, identity)
