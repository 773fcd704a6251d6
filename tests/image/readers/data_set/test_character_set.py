"""Specific Character Set: right where it is declared right, a guess that is said where not (PS3.5 6.1)."""

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from lungview.image import readers
from lungview.image.readers import dicom
from lungview.image.readers.data_set.character_set import decoded
from lungview.image.readers.data_set.odd_letters import is_odd, of_windows
from lungview.image.readers.source import opened
from lungview.image.slice import Slice
from tests.image.readers import files

MULLER, YAMADA, ZHANG = "Müller^Jörg", "山田^太郎", "张^三"


def _write(folder: Path, declared: str | None, name: bytes) -> Path:
    """A file with these very bytes as its patient's name."""
    written = name + b" " * (len(name) % 2)

    def change(made: Dataset) -> None:
        made.PatientName = "N" * len(written)
        made.SpecificCharacterSet = "ISO_IR 100"
        if declared is None:
            del made.SpecificCharacterSet

    path = files.write(folder, change)
    term = (declared or "").encode()
    content = path.read_bytes().replace(b"N" * len(written), written)
    path.write_bytes(content.replace(b"CS\x0a\x00ISO_IR 100", b"CS" + _padded(term)))
    return path


def _padded(value: bytes) -> bytes:
    """The value behind its length, two bytes, little endian."""
    even = value + b" " * (len(value) % 2)
    return len(even).to_bytes(2, "little") + even


def _said(found: Slice) -> list[str]:
    return [w for w in found.warnings if "character set" in w]


# PS3.3 C.12.1.1.2: the terms; then what is met in their place
RIGHT = [
    ("ISO_IR 100", MULLER, "latin_1"),
    ("ISO_IR 192", MULLER, "utf-8"),
    ("ISO_IR 144", "Люксембург", "iso8859_5"),
    ("ISO_IR 203", "Œuvre^€", "iso8859_15"),
    ("GB18030", ZHANG, "gb18030"),
    ("GBK", ZHANG, "gbk"),
    ("ISO 2022 IR 100", MULLER, "latin_1"),
    ("ISO-IR 100", MULLER, "latin_1"),
    ("ISO_IR_100", MULLER, "latin_1"),
    ("iso_ir 192", MULLER, "utf-8"),
    ("ISO 2022 IR 192", MULLER, "utf-8"),
    ("UTF-8", MULLER, "utf-8"),
    ("utf8", MULLER, "utf-8"),
    ("latin1", MULLER, "latin_1"),
    ("ISO-8859-1", MULLER, "latin_1"),
    ("windows-1252", "Müller^“J”", "cp1252"),
    ("Shift_JIS", YAMADA, "shift_jis"),
    ("ISO_IR 13", "表^ソ", "shift_jis"),  # a backslash is the second byte of both
    ("ISO_IR 192\\ISO 2022 IR 87", YAMADA, "utf-8"),
    ("ISO_IR 100", "Patient n°12^10 cm²", "latin_1"),
    ("ISO_IR 100", "Mª José^D´Ávila·Coll", "latin_1"),
    ("ISO_IR 144", "Иванов^№ 5", "iso8859_5"),
    ("ISO_IR 166", "สมชาย^ใจดี", "tis_620"),
]


@pytest.mark.parametrize(("declared", "name", "encoding"), RIGHT)
def test_a_declared_set_is_used_however_it_is_spelled(
    declared: str, name: str, encoding: str, tmp_path: Path
) -> None:
    found = readers.read(_write(tmp_path, declared, name.encode(encoding)))
    assert (found.patient.name, _said(found)) == (name, [])


NOT_DECLARED = "the character set is not declared; read as {}, a guess"
UNKNOWN = "the declared character set is unknown; read as {}, a guess"
WRONG = "a text is not in the declared character set ({}); read as {}, a guess"
GUESSED = [
    (None, "utf-8", NOT_DECLARED.format("UTF-8")),
    (None, "latin_1", NOT_DECLARED.format("Latin-1")),
    ("", "utf-8", NOT_DECLARED.format("UTF-8")),
    ("ISO_IR 6", "utf-8", WRONG.format("ascii", "UTF-8")),
    ("\\ISO 2022 IR 87", "latin_1", WRONG.format("ascii, iso2022_jp", "Latin-1")),
    ("ISO_IR 999", "utf-8", UNKNOWN.format("UTF-8")),
    ("ISO_IR 999", "latin_1", UNKNOWN.format("Latin-1")),
    ("ISO_IR 192", "latin_1", WRONG.format("UTF8", "Latin-1")),
    ("ISO_IR 100", "utf-8", WRONG.format("latin_1", "UTF-8")),
    ("ISO_IR 138", "utf-8", WRONG.format("iso_ir_138", "UTF-8")),
    ("hex", "utf-8", UNKNOWN.format("UTF-8")),
    ("utf-16", "utf-8", UNKNOWN.format("UTF-8")),
]


@pytest.mark.parametrize(("declared", "encoding", "sentence"), GUESSED)
def test_a_guess_is_right_and_says_that_it_is_one(
    declared: str | None, encoding: str, sentence: str, tmp_path: Path
) -> None:
    path = _write(tmp_path, declared, MULLER.encode(encoding))
    found = readers.read(path)
    assert (found.patient.name, _said(found)) == (MULLER, [sentence])
    assert sentence in readers.read_header(path).warnings


# Text of one set of eight bits under the name of another
THAI, KOI8 = "สมชาย^ใจดี", "Ковалёв^Пётр"
SEEMS = "a text seems not to be in the declared character set ({}); read in it all the same"
MIXED = [
    ("windows-1252", MULLER, "utf-8", MULLER, WRONG.format("cp1252", "UTF-8")),
    ("ISO_IR 166", THAI, "utf-8", THAI, WRONG.format("iso_ir_166", "UTF-8")),
    ("ISO_IR 100", "Žižka^Œ", "cp1252", "Žižka^Œ", WRONG.format("latin_1", "Windows-1252")),
    ("ISO_IR 101", "Šťastný^Ž", "cp1250", "Šťastný^Ž", WRONG.format("iso8859_2", "Windows-1250")),
    ("ISO_IR 144", "Петров^Юрий", "cp1251", "Петров^Юрий", WRONG.format("iso_ir_144", "Windows-1251")),
    ("ISO_IR 100", KOI8, "iso8859_5", KOI8.encode("iso8859_5").decode("latin_1"), SEEMS.format("latin_1")),
    ("ISO_IR 100", KOI8, "koi8_r", KOI8.encode("koi8_r").decode("latin_1"), SEEMS.format("latin_1")),
]


@pytest.mark.parametrize(("declared", "name", "encoding", "shown", "sentence"), MIXED)
def test_text_of_another_eight_bit_set_is_said(
    declared: str, name: str, encoding: str, shown: str, sentence: str, tmp_path: Path
) -> None:
    path = _write(tmp_path, declared, name.encode(encoding))
    found = readers.read(path)
    assert (found.patient.name, _said(found)) == (shown, [sentence])
    with opened(path) as source:
        assert dicom.read_header(source) == dicom.full_header(source)
        assert sentence in dicom.read_header(source).warnings


def test_signs_are_no_letters_of_a_name_and_belong_in_a_description() -> None:
    value = "5 ± 1 µm × 2 § ¼".encode("latin_1")
    assert decoded(value, ("latin_1",), "LO") == value.decode("latin_1")
    assert decoded(value, ("latin_1",), "PN") is None
    assert decoded(b"so \x93called\x94", ("latin_1",), "LO") is None


def test_odd_letters_are_looked_for_in_one_byte_sets_alone() -> None:
    assert is_odd("a\x80b", "latin_1", "LO")
    assert not is_odd("a\x80b", "gb18030", "LO")
    assert of_windows(b"\x8e", "latin_1", "PN") == ("Windows-1252", "cp1252", "Ž")
    assert of_windows(b"\x81", "latin_1", "PN") is None  # which Windows-1252 does not have


@pytest.mark.parametrize(("declared", "encoding"), [(d, e) for d, e, _ in GUESSED] + [("GB18030", "gbk")])
def test_both_readers_agree_on_every_set(declared: str | None, encoding: str, tmp_path: Path) -> None:
    path = _write(tmp_path, declared, (ZHANG if encoding == "gbk" else MULLER).encode(encoding))
    with opened(path) as source:
        assert dicom.read_header(source) == dicom.full_header(source)


@pytest.mark.parametrize("declared", ["GB18030", "GBK", "ISO_IR 13"])
@pytest.mark.parametrize("name", ["王^小东", YAMADA, "김^희중"])
def test_utf8_under_an_east_asian_set_is_read_and_said(declared: str, name: str, tmp_path: Path) -> None:
    found = readers.read(_write(tmp_path, declared, name.encode()))
    assert found.patient.name == name
    (said,) = _said(found)
    assert said.endswith("read as UTF-8, a guess")


# Every pair of letters of the names that are the most common, in their own set: none is taken for UTF-8.
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗拢寮",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平联通",
)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk"])
def test_names_in_their_own_set_are_never_taken_for_utf8(encoding: str) -> None:
    for surname in SURNAMES:
        for given in GIVEN:
            name = f"{surname}^{given}{surname}"
            assert decoded(name.encode(encoding), (encoding,), "PN") == name


def test_escapes_without_a_declaration_are_followed(tmp_path: Path) -> None:
    # PS3.5 H.3.1, without its Specific Character Set
    name = b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"
    found = readers.read(_write(tmp_path, None, name))
    assert found.patient.name == "Yamada^Tarou=山田^太郎"
    assert _said(found) == [NOT_DECLARED.format("ISO 2022")]


def test_chinese_with_escapes_is_read(tmp_path: Path) -> None:
    name = b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab="  # PS3.5 K.2
    found = readers.read(_write(tmp_path, "\\ISO 2022 IR 58", name))
    assert (found.patient.name, _said(found)) == ("Zhang^XiaoDong=张^小东", [])


@pytest.mark.parametrize(("declared", "name"), [("ISO_IR 192", "Müller^Jör"), (None, "山田^太郎")])
@pytest.mark.parametrize("cut", [b"\xc3", b"\xe9\x83"])
def test_a_name_cut_within_a_letter_keeps_the_others(
    declared: str | None, name: str, cut: bytes, tmp_path: Path
) -> None:
    found = readers.read(_write(tmp_path, declared, name.encode() + cut))
    assert found.patient.name == name
    (said,) = _said(found)
    assert said.endswith("read as UTF-8 whose last letter is cut off, a guess")


def test_latin_1_that_ends_like_a_letter_of_utf8_is_latin_1(tmp_path: Path) -> None:
    found = readers.read(_write(tmp_path, "ISO_IR 192", "Roché".encode("latin_1")))
    assert found.patient.name == "Roché"


def test_ascii_alone_needs_no_declaration(tmp_path: Path) -> None:
    for declared in (None, "ISO_IR 999", "hex"):
        found = readers.read(_write(tmp_path, declared, b"Doe^John"))
        assert (found.patient.name, _said(found)) == ("Doe^John", [])


def test_one_text_of_another_set_leaves_the_others_right(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.SpecificCharacterSet, made.PatientName = "ISO_IR 192", MULLER
        made.StudyDescription = "SSSSS"

    path = files.write(tmp_path, change)
    path.write_bytes(path.read_bytes().replace(b"SSSSS", "Höhe!".encode("latin_1")))
    found = readers.read(path)
    assert (found.patient.name, found.study.description) == (MULLER, "Höhe!")


@pytest.mark.shared
def test_an_undeclared_utf8_name_is_read_and_said(shared_cases: Path) -> None:
    (path,) = (shared_cases / "headers" / "charset_utf8_undeclared").glob("*.dcm")
    found = readers.read(path)
    assert found.patient.name.isprintable()
    assert not set("ÃÂ�") & set(found.patient.name)
    assert _said(found) == [NOT_DECLARED.format("UTF-8")]
