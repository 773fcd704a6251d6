"""Zips and DICOMDIRs with bytes changed at random: every one is listed or refused, none raises or hangs."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from pydicom.fileset import FileSet

from lungview.errors import LungViewError
from lungview.image import phantom
from lungview.sources.files.scan import scan

THORAX = phantom.Thorax(3, 8)


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("zip")
    with zipfile.ZipFile(folder / "ct.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in phantom.write_series(folder / "ct", THORAX):
            archive.write(path, path.name)
    return (folder / "ct.zip").read_bytes()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disc")
    files = FileSet()
    for path in phantom.write_series(folder / "source", THORAX):
        files.add(path)
    files.write(folder / "disc")
    return folder / "disc" / "DICOMDIR"


def _mutated(content: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    changed = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(len(changed))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
    return bytes(changed[: chance.randrange(len(changed))]) if chance.random() < 0.2 else bytes(changed)


def _is_sound(path: Path) -> bool:
    found = scan([path])
    slices = sum(len(s.instances) for s in found.series)
    return slices <= 3 and all(isinstance(s.error, LungViewError) for s in found.skipped)


def test_no_mutated_zip_raises(zipped: bytes, tmp_path: Path) -> None:
    for seed in range(300):
        path = tmp_path / f"{seed}.zip"
        path.write_bytes(b"PK" + _mutated(zipped, seed)[2:])
        assert _is_sound(path), seed


def test_no_mutated_dicomdir_raises_or_leads_outside(directory: Path) -> None:
    content = directory.read_bytes()
    try:
        for seed in range(300):
            directory.write_bytes(_mutated(content, seed))
            assert _is_sound(directory), seed
            outside = [i for s in scan([directory]).series for i in s.instances]
            assert all(i.path.is_relative_to(directory.parent.resolve()) for i in outside), seed
    finally:
        directory.write_bytes(content)
