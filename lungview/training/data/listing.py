"""What a data folder or table says is in it, before a pixel is read."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lungview.errors import InputError
from lungview.spreadsheet import ENCODING, plain

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".dcm", ".dicom", ""})
SPLITS = {"train": "train", "training": "train", "valid": "valid", "val": "valid", "validation": "valid"}
SPLITS |= {"test": "test", "testing": "test"}
# What keeps pictures of one patient together, the widest first.
GROUP_COLUMNS = ("patient", "patient_id", "exam_id", "group", "block_id", "group_id")


@dataclass(frozen=True, slots=True)
class Row:
    """One picture: where it is, what it is said to be, which split and group it belongs to.

    split: "train", "valid", "test" or "" when nothing says so. group: "" when nothing says so.
    extra: the table's other columns.
    """

    path: Path
    label: str
    split: str = ""
    group: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


def rows(data: Path, split: Path | None = None, *, all_files: bool = False) -> tuple[Row, ...]:
    """The pictures of `data`: a CSV, or a folder of class folders, with or without train/valid/test above.

    split: a CSV whose paths are relative to `data`; then only its pictures count (those with keep = 0 only
    where `all_files` is set). A folder's own index.csv is used for its groups. Raises InputError.
    """
    found = tuple(_rows(data, split, all_files))
    labels = sorted({r.label for r in found})
    if not found:
        raise InputError("no pictures: expected class folders with PNG, JPEG or DICOM files, or a CSV", data)
    if len(labels) < 2:
        raise InputError(f"one class only ({labels[0]}): a network needs two or more to tell apart", data)
    return found


def _rows(data: Path, split: Path | None, all_files: bool) -> Iterator[Row]:
    if split is not None:
        return _from_table(split, data, all_files)
    if data.is_file():
        return _from_table(data, data.parent, all_files)
    if not data.is_dir():
        raise InputError("no such folder or table", data)
    index = data / "index.csv"
    return _from_table(index, data, all_files) if index.is_file() else _from_folders(data)


def _from_table(table: Path, root: Path, all_files: bool) -> Iterator[Row]:
    try:
        with table.open(newline="", encoding=ENCODING) as file:
            reader = csv.DictReader(file, restval="")
            columns = [plain(c).strip().lower() for c in reader.fieldnames or ()]
            lines = [dict(zip(columns, map(plain, line.values()), strict=False)) for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the table cannot be read ({error})", table) from error
    missing = {"path", "class"} - set(columns)
    if missing:
        raise InputError(f"the table needs the columns path and class, not only {', '.join(columns)}", table)
    group = next((c for c in GROUP_COLUMNS if c in columns), None)
    for line in lines:
        if all_files or (line.get("keep") or "1").strip() != "0":
            yield _row(line, root, group)


def _row(line: Mapping[str, str], root: Path, group: str | None) -> Row:
    path = Path(line["path"] or "")
    known = {"path", "class", "split", "keep", group}
    return Row(
        path if path.is_absolute() else root / path,
        line["class"] or "",
        SPLITS.get((line.get("split") or "").strip().lower(), ""),
        (line.get(group) or "") if group else "",
        {k: v for k, v in line.items() if k not in known},
    )


def _from_folders(data: Path) -> Iterator[Row]:
    for top in _folders(data):
        split = SPLITS.get(top.name.lower(), "")
        for folder in _folders(top) if split else (top,):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
                    yield Row(path, folder.name, split)


def _folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
