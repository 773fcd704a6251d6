"""The tables of the node's ledger; each statement may be run on one that has them."""

from __future__ import annotations

TABLES = (
    "CREATE TABLE IF NOT EXISTS study (id INTEGER PRIMARY KEY, uid TEXT UNIQUE NOT NULL, state TEXT NOT NULL,"
    " tries INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', first REAL NOT NULL,"
    " last REAL NOT NULL, judged REAL)",
    "CREATE TABLE IF NOT EXISTS object (study INTEGER NOT NULL, sop_uid TEXT NOT NULL, path TEXT NOT NULL,"
    " size INTEGER NOT NULL, PRIMARY KEY (study, sop_uid)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS series (study INTEGER NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL,"
    " state TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (study, key, digest)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS answer (path TEXT PRIMARY KEY, study INTEGER NOT NULL, kind TEXT NOT NULL,"
    " state TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID",
    # What is asked twice a second, or of each object, reads no table of years to its end.
    "CREATE INDEX IF NOT EXISTS study_state ON study (state, last)",
    "CREATE INDEX IF NOT EXISTS study_last ON study (last)",
    "CREATE INDEX IF NOT EXISTS answer_study ON answer (study)",
)
