"""What lies inside a zip or behind a DICOMDIR: names only, and never outside of either."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from pydicom import Dataset, dcmread
from pydicom.dataelem import RawDataElement
from pydicom.uid import MediaStorageDirectoryStorage

from lungview.errors import DamagedFile, LungViewError, UnsupportedFormat
from lungview.image.readers.archives import archive
from lungview.study.sorting.series_geometry import natural

MOST_MEMBERS = 100_000
_DIRECTORY = re.compile(re.escape(MediaStorageDirectoryStorage.encode()) + rb"(?![0-9.])")
_DRIVE = re.compile("[A-Za-z]:")
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")


def is_zip(path: Path) -> bool:
    """Whether a file begins like a zip. Raises OSError."""
    with path.open("rb") as file:
        return file.read(4) in _ZIP_STARTS


def zip_members(path: Path, *, hidden: bool = False) -> Iterator[tuple[str, LungViewError | None]]:
    """Every file in a zip, in natural order, with an error where it may not be read.

    Of different files of one name the last is read, and each other one is an error under a number.
    hidden: those too that a folder would hide, or a Mac puts beside each file, and DICOMDIRs beside images.
    Raises UnsupportedFormat for an encrypted zip or one of too many members, DamagedFile for a broken one.
    """
    try:
        infos = archive(path)[0].infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise DamagedFile(f"the zip's directory is damaged: {error}", path) from error
    if any(info.flag_bits & 0x1 for info in infos):
        raise UnsupportedFormat(
            "the zip is encrypted; expected one without a password", path, "unpack it, then open the folder"
        )
    if len(infos) > MOST_MEMBERS:
        raise UnsupportedFormat(
            f"the zip has {len(infos):,} members; at most {MOST_MEMBERS:,} are listed", path
        )
    files: dict[str, list[zipfile.ZipInfo]] = {}
    for info in infos:
        if not info.is_dir():
            files.setdefault(info.filename, []).append(info)
    shown = set(files) if hidden else {name for name in files if not _hidden(name)}
    images = {name for name in shown if hidden or PurePosixPath(name).name.upper() != "DICOMDIR"}
    for name in sorted(images or shown, key=natural):
        yield name, _leads_outside(path, name)
        for number in range(1, len({(info.CRC, info.file_size) for info in files[name]})):
            yield (
                f"{name} ({number})",
                UnsupportedFormat(
                    "the zip holds different files of one name; only the last of them is read",
                    path,
                    "unpack it, then open the folder",
                ),
            )


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return parts[0] == "__MACOSX" or any(p.startswith(".") and p.strip(".") for p in parts)


def _leads_outside(path: Path, name: str) -> LungViewError | None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or parts[0] == "/" or ":" in parts[0]:
        return DamagedFile("a member's name leads outside the zip; it is not read", path)
    return None


def is_dicomdir(path: Path) -> bool:
    """Whether a file is a DICOMDIR: by its name, or its media storage class (PS3.10 8.6)."""
    if path.name.upper() == "DICOMDIR":
        return True
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError:
        return False
    return start[128:132] == b"DICM" and _DIRECTORY.search(start) is not None


def dicomdir_files(path: Path) -> Iterator[tuple[Path, LungViewError | None]]:
    """Every image file that a DICOMDIR lists (PS3.3 F.5), with an error where it leads outside its folder.

    Raises DamagedFile when it is no readable DICOMDIR.
    """
    folder = path.resolve().parent
    listed, whole = _file_ids(path)
    for parts in listed:
        try:
            found = _on_disk(folder, parts)
            inside = found.resolve().is_relative_to(folder)
        except (ValueError, OSError):  # a null character, a name beyond the system's length
            yield path, DamagedFile("the DICOMDIR lists a name that no file can have; it is not read", path)
            continue
        if inside:
            yield found, None
        else:
            yield path, DamagedFile("the DICOMDIR lists a file outside its own folder; it is not read", path)
    if not whole:
        yield (
            path,
            DamagedFile(
                "the DICOMDIR is cut off; images that it listed further on are missing",
                path,
                "open the folder instead",
            ),
        )


def _file_ids(path: Path) -> tuple[list[tuple[str, ...]], bool]:
    """The file IDs of the images, and whether all records that the file announces are in it."""
    try:
        found = dcmread(path, specific_tags=["DirectoryRecordSequence"])
        whole = _is_whole(found)
        records = found.get("DirectoryRecordSequence")
        if records is None:
            raise DamagedFile("no directory records; expected a DICOMDIR", path)
        listed = [_file_id(record) for record in records if _is_image(record)]
        if not listed:
            raise UnsupportedFormat(_without_images(records), path, "open the folder instead")
        return listed, whole
    except Exception as error:  # pydicom raises whatever the bytes provoke; its OSError has no number
        if isinstance(error, LungViewError) or getattr(error, "errno", None) is not None:
            raise
        raise DamagedFile(f"the DICOMDIR does not parse ({type(error).__name__})", path) from error


def _is_whole(found: Dataset) -> bool:
    """Whether the records have all the bytes that they announce; asked before anything looks at them."""
    written: object = (
        found.get_item("DirectoryRecordSequence") if "DirectoryRecordSequence" in found else None
    )
    return not isinstance(written, RawDataElement) or len(written.value or b"") >= written.length


def _without_images(records: Iterable[Dataset]) -> str:
    """Why a DICOMDIR gives nothing: it may list other directories, as old media do."""
    kinds = sorted({str(record.get("DirectoryRecordType", "")).upper() or "none" for record in records})
    found = ", ".join(kinds) or "no record"
    return f"the DICOMDIR lists no image; expected IMAGE records, found {found}"


def _is_image(record: Dataset) -> bool:
    return str(record.get("DirectoryRecordType", "")).upper() == "IMAGE" and "ReferencedFileID" in record


def _file_id(record: Dataset) -> tuple[str, ...]:
    value = record.ReferencedFileID
    parts = [value] if isinstance(value, str) else list(value or ())
    # Some writers put one string with separators into the multi-valued element.
    pieces = [piece for part in parts for piece in str(part).replace("\\", "/").split("/") if piece]
    # others the path on the machine that wrote the disc; what is behind the drive lies beside the DICOMDIR
    return tuple(pieces[1:] if pieces and _DRIVE.fullmatch(pieces[0]) else pieces)


def _on_disk(folder: Path, parts: tuple[str, ...]) -> Path:
    """The file of a file ID; IDs are upper case, a copied medium's names often are not.

    Some writers give the files an extension that the ID lacks, and ISO 9660 a version: IM1.dcm, IM1;1.
    """
    here = folder
    for part in parts:
        exact = here / part
        if part == ".." or exact.exists() or not here.is_dir():
            here = exact
        else:
            here = min((p for p in here.iterdir() if _named(p, part)), default=exact, key=_likeliest)
    return here


def _named(path: Path, part: str) -> bool:
    name, wanted = (text.casefold().partition(";")[0].rstrip(".") for text in (path.name, part))
    return name == wanted or (path.is_file() and name.rpartition(".")[0] == wanted)


def _likeliest(path: Path) -> tuple[bool, bool, str]:
    """Of several files of one stem the one without an extension, then the DICOM one."""
    plain = path.name.partition(";")[0]
    return "." in plain, not plain.casefold().endswith((".dcm", ".ima")), path.name
