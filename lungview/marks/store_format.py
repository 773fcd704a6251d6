"""The tables of the store of marks, and the way from one format to the next.

A row of format 1 has NULL in the columns that came with format 2. Only the reader's own hand rewrites it.
"""

from __future__ import annotations

import sqlite3

from lungview.databases import transaction

VERSION = 4

_FORMAT_1 = (
    """
CREATE TABLE IF NOT EXISTS annotation (
    id TEXT PRIMARY KEY,
    study TEXT NOT NULL,
    instance TEXT NOT NULL,         -- in format 1 the hash of the pixels where there is no UID
    frame INTEGER NOT NULL,
    kind TEXT NOT NULL,
    points TEXT NOT NULL,
    text TEXT NOT NULL,
    made TEXT NOT NULL
)
""",
    "CREATE INDEX IF NOT EXISTS annotation_picture ON annotation (instance, frame)",
    """
CREATE TABLE IF NOT EXISTS key_image (
    study TEXT NOT NULL,
    instance TEXT NOT NULL,
    frame INTEGER NOT NULL,
    PRIMARY KEY (study, instance, frame)
)
""",
)
_FORMAT_2 = (
    "ALTER TABLE annotation ADD COLUMN patient TEXT",  # a digest
    "ALTER TABLE annotation ADD COLUMN series TEXT",
    "ALTER TABLE annotation ADD COLUMN pixels TEXT",  # a hash
    "CREATE INDEX annotation_study ON annotation (study)",
    """
CREATE TABLE key_picture (
    study TEXT NOT NULL,
    instance TEXT NOT NULL,
    frame INTEGER NOT NULL,
    patient TEXT NOT NULL,
    series TEXT NOT NULL,
    pixels TEXT NOT NULL,
    PRIMARY KEY (study, instance, frame, patient, series, pixels)
)
""",
    # Which pictures a row of format 1 was met with: two of them, and it is shown on neither.
    """
CREATE TABLE met (
    study TEXT NOT NULL,
    instance TEXT NOT NULL,
    frame INTEGER NOT NULL,
    picture TEXT NOT NULL,
    PRIMARY KEY (study, instance, frame, picture)
) WITHOUT ROWID
""",
)
_FORMAT_3 = ("ALTER TABLE annotation ADD COLUMN label TEXT",)  # where the reader put the text, or NULL
# Whether a row is from before who issued a Patient ID was a part of whose picture it is.
_FORMAT_4 = (
    "ALTER TABLE annotation ADD COLUMN early INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE key_picture ADD COLUMN early INTEGER NOT NULL DEFAULT 0",
    "UPDATE annotation SET early = 1",
    "UPDATE key_picture SET early = 1",
)


def version_of(connection: sqlite3.Connection) -> int:
    """The format of a file; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file to this format, wholly or not at all; another window may be at it, too."""
    if version_of(connection) == VERSION:
        return
    with transaction(connection):
        before = version_of(connection)  # once more: now nobody else changes it
        for version, steps in enumerate((_FORMAT_1, _FORMAT_2, _FORMAT_3, _FORMAT_4), 1):
            for step in steps if before < version else ():
                connection.execute(step)
        connection.execute(f"PRAGMA user_version = {VERSION}")
