"""A form as it comes over the wire, written to its folder within bounds."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from lungview.serve.limits import Limits
from lungview.serve.problem import Problem
from lungview.serve.uploads.receive import Form, receive

WIDE = Limits()
KIND = "multipart/form-data; boundary=x"


def part(head: str, content: bytes) -> bytes:
    return f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"


def received(body: bytes, folder, limits: Limits = WIDE, size: int = 7) -> Form:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    return asyncio.run(receive(KIND, chunks(), folder, limits))


def refused(body: bytes, folder, limits: Limits = WIDE) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        received(body, folder, limits)
    return caught.value.status, caught.value.reason


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_files_and_fields_arrive_whole_however_they_are_cut(tmp_path, size):
    content = bytes(range(256)) * 9
    body = part('name="file"; filename="a.DCM"', content) + part('name="model"', "ü".encode()) + b"--x--\r\n"
    form = received(body, tmp_path, size=size)
    (upload,) = form.uploads
    assert (upload.label, upload.path.name, upload.path.read_bytes()) == ("a.DCM", "00000.dcm", content)
    assert form.fields == [("model", "ü")]


@pytest.mark.parametrize(
    "label", ["../../etc/passwd", "C:\\x.dcm", "Meyer^Anna", "a.\u202efdp", "x." + "y" * 99]
)
def test_a_visitors_name_for_a_file_is_no_part_of_its_path(tmp_path, label):
    body = part(f'name="file"; filename="{label}"', b"1") + b"--x--\r\n"
    (upload,) = received(body, tmp_path).uploads
    assert upload.path.parent == tmp_path
    assert upload.path.name in ("00000", "00000.dcm")
    assert upload.path.stat().st_mode & 0o077 == 0


def test_bounds_hold_whatever_the_length_that_was_told(tmp_path):
    one = part('name="file"; filename="a"', bytes(5000))
    assert refused(one + b"--x--\r\n", tmp_path / "", Limits(upload=4000)) == (413, "TooLarge")
    assert refused(one + one + b"--x--\r\n", _new(tmp_path, "b"), Limits(files=1)) == (413, "TooLarge")
    field = part('name="model"', bytes(50))
    assert refused(field * 3 + b"--x--\r\n", tmp_path, Limits(fields=2)) == (413, "TooLarge")
    assert refused(field + b"--x--\r\n", tmp_path, Limits(field=49)) == (413, "TooLarge")


def test_a_file_in_another_field_is_refused(tmp_path):
    body = part('name="picture"; filename="a"', b"1") + b"--x--\r\n"
    assert refused(body, tmp_path) == (422, "WrongField")


def test_what_a_browser_sends_for_no_file_chosen_is_no_file(tmp_path):
    assert refused(part('name="file"; filename=""', b"") + b"--x--\r\n", tmp_path) == (400, "NoFile")
    assert list(tmp_path.iterdir()) == []


def _new(folder, name):
    (folder / name).mkdir()
    return folder / name
