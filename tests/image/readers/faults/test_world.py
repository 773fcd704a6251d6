"""The world around a file: folders, pipes, long names, a medium that fails, and what may not leak."""

from __future__ import annotations

import errno
import io
import os
import socket
import struct
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image
from pydicom import Dataset

from lungview.errors import ReadError, UnsupportedFormat
from lungview.image import readers
from tests.image.readers import files
from tests.image.readers.files import refused, text_element


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    refused(tmp_path, ReadError, "expected a file, found a folder")


def test_a_long_path_with_other_letters_is_read(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["длинный-путь-患者" * 3] * 6)
    folder.mkdir(parents=True)
    assert len(str(folder)) > 260
    assert readers.read(files.write(folder)).rows == 16


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dcm")
    refused(tmp_path / "pipe.dcm", ReadError, "found a pipe or a device")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets in folders on this system")
def test_a_socket_is_no_file() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as made:  # a short path
        made.bind(f"{folder}/s")
        refused(Path(folder) / "s", ReadError, "found a pipe or a device")


def test_a_medium_that_fails_while_reading_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: io.BufferedReader, size: int = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("lungview.image.readers.source._Clamped.read", fail)
    refused(files.write(tmp_path), ReadError, "could not be read: Input/output error")


def test_nothing_but_the_sentence_is_printed_or_logged(tmp_path: Path) -> None:
    """Odd values make pydicom warn and log, with the values in it: a patient's name must not get out."""

    def change(made: Dataset) -> None:
        made.SpecificCharacterSet = "ISO_IR 999"
        made.StudyDate = "SECRET"
        made.PixelData = made.PixelData + bytes(128)
        made.InstanceNumber = None
        text_element("PatientBirthDate", "SECRET 1")(made)

    path = files.write(tmp_path, change)
    command = [sys.executable, "-m", "lungview", "inspect", "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr == ""
    assert "SECRET" not in done.stdout


def test_a_picture_of_three_gigabytes_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (8, 8)).save(path)
    with path.open("r+b") as file:
        file.truncate(3 << 30)  # sparse: it costs no disk
    refused(path, UnsupportedFormat, "3,221,225,472 bytes; at most 2,147,483,648")


def test_a_private_element_of_a_gigabyte_is_stepped_over(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    content = path.read_bytes()
    at, length = content.index(b"\x10\x00\x10\x00PN"), 1 << 30
    with path.open("wb") as file:
        file.write(content[:at] + b"\x09\x00\x01\x10OB\0\0" + struct.pack("<L", length))
        file.seek(length, os.SEEK_CUR)  # sparse
        file.write(content[at:])
    tracemalloc.start()
    values = readers.read(path).values
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert values[0, 5] == 5 - 1024
    assert peak < 64 << 20
