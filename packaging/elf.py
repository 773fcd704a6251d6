"""Cut a Linux library loose from libraries whose functions the program never calls.

OpenCV's one big library asks for FFmpeg and OpenBLAS (70 MB), though nothing here reads video or solves
equations with it. `without` takes the request out; what the library would have called there becomes a weak
symbol, so that it loads alone, also under LD_BIND_NOW. Calling one of those functions would end the program:
`tests/packaging/test_trim.py` runs every OpenCV function the program uses on a library cut like this.

64-bit little-endian ELF, by the System V ABI and the Linux Standard Base (symbol versions).
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_DYNSYM, _DYNAMIC, _VERSION_NEEDS, _VERSIONS = 11, 6, 0x6FFFFFFE, 0x6FFFFFFF  # sh_type
_NEEDED, _VERNEEDNUM = 1, 0x6FFFFFFF  # d_tag
_WEAK, _UNVERSIONED = 2, 1


@dataclass(frozen=True)
class Section:
    """A section's type, place and size in the file, entries, and the section its names are in."""

    kind: int
    offset: int
    size: int
    link: int
    entries: int


def sections(library: bytes) -> list[Section]:
    """The section table. Raises ValueError for anything but 64-bit little-endian ELF."""
    if library[:6] != b"\x7fELF\x02\x01":
        raise ValueError("a 64-bit little-endian ELF file was expected")
    (table,) = struct.unpack_from("<Q", library, 40)
    size, count = struct.unpack_from("<HH", library, 58)
    found = []
    for start in range(table, table + size * count, size):
        kind = struct.unpack_from("<I", library, start + 4)[0]
        offset, length, link, info = struct.unpack_from("<QQII", library, start + 24)
        found.append(Section(kind, offset, length, link, info))
    return found


def needed(library: bytes) -> list[str]:
    """The names of the libraries it asks for."""
    return [name for _, tag, name in _dynamic(library) if tag == _NEEDED]


def symbols(library: bytes, *, defined: bool) -> set[str]:
    """The names it offers to others, or those it wants from others."""
    return {name for _, name, section in _symbols(library) if bool(section) == defined}


def without(library: bytes, gone: Collection[str], functions: Collection[str]) -> bytes:
    """The same library, not asking for the libraries `gone`, which define `functions`."""
    cut = bytearray(library)
    _drop_requests(cut, gone)
    _drop_versions(cut, gone)
    versions = next((s.offset for s in sections(library) if s.kind == _VERSIONS), None)
    for number, (at, name, section) in enumerate(_symbols(library)):
        if section or name not in functions:
            continue
        cut[at + 4] = _WEAK << 4 | cut[at + 4] & 15
        if versions is not None:
            struct.pack_into("<H", cut, versions + 2 * number, _UNVERSIONED)
    return bytes(cut)


def _drop_requests(cut: bytearray, gone: Collection[str]) -> None:
    """Close up the dynamic table; what remains at its end are DT_NULL entries."""
    table = _one(cut, _DYNAMIC)
    kept = [cut[at : at + 16] for at, tag, name in _dynamic(cut) if not (tag == _NEEDED and name in gone)]
    content = b"".join(kept).ljust(table.size, b"\0")
    cut[table.offset : table.offset + table.size] = content


def _drop_versions(cut: bytearray, gone: Collection[str]) -> None:
    """Take the entries of `gone` out of the chain of needed versions."""
    table = next((s for s in sections(cut) if s.kind == _VERSION_NEEDS), None)
    if table is None:
        return
    names = sections(cut)[table.link].offset
    kept = [at for at, name in _version_needs(cut, table, names) if name not in gone]
    if not kept or kept[0] != table.offset:
        raise ValueError("the first needed version belongs to a library that stays")
    for at, following in zip(kept, [*kept[1:], 0], strict=True):
        struct.pack_into("<I", cut, at + 12, max(following - at, 0))
    for at, tag, _ in _dynamic(cut):
        if tag == _VERNEEDNUM:
            struct.pack_into("<Q", cut, at + 8, len(kept))


def _version_needs(library: bytes, table: Section, names: int) -> Iterator[tuple[int, str]]:
    at = table.offset
    while True:
        _, _, file, _, following = struct.unpack_from("<HHIII", library, at)
        yield at, _text(library, names + file)
        if not following:
            return
        at += following


def _dynamic(library: bytes) -> Iterator[tuple[int, int, str]]:
    """(place, tag, the string a DT_NEEDED points at) of each entry before DT_NULL."""
    table = _one(library, _DYNAMIC)
    names = sections(library)[table.link].offset
    for at in range(table.offset, table.offset + table.size, 16):
        tag, value = struct.unpack_from("<QQ", library, at)
        if tag == 0:
            return
        yield at, tag, _text(library, names + value) if tag == _NEEDED else ""


def _symbols(library: bytes) -> Iterator[tuple[int, str, int]]:
    """(place, name, section: 0 when it is wanted from elsewhere) of each dynamic symbol."""
    table = _one(library, _DYNSYM)
    names = sections(library)[table.link].offset
    for at in range(table.offset, table.offset + table.size, 24):
        name, _, _, section = struct.unpack_from("<IBBH", library, at)
        yield at, _text(library, names + name), section


def _one(library: bytes, kind: int) -> Section:
    return next(s for s in sections(library) if s.kind == kind)


def _text(library: bytes, at: int) -> str:
    return bytes(library[at : library.index(b"\0", at)]).decode()
