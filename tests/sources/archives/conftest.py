"""Peers and a small study for the tests of what comes and goes over the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lungview.image.phantom import Thorax, write_series
from tests.sources.archives import peers


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Eight slices of the synthetic thorax."""
    folder = tmp_path_factory.mktemp("study")
    write_series(folder, Thorax(slices=8, matrix=128))
    return sorted(p for p in folder.rglob("*") if p.is_file())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, study: list[Path]) -> Iterator[peers.Orthanc]:
    """An Orthanc with the study in it."""
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        running.upload(study)
        yield running


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> peers.Certificates:
    return peers.make_certificates(tmp_path_factory.mktemp("certificates"))
