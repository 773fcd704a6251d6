"""More studies than can be judged at once: each is answered once, and how soon is told."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest

from lungview.image.phantom import Thorax, write_series
from tests.node.running import Running
from tests.sources.archives import peers

STUDIES = 200 if os.environ.get("LUNGVIEW_TEST_PACS") == "1" else 6
SENDERS = 4


@pytest.fixture
def node(tmp_path: Path, model: Path) -> Iterator[Running]:
    made = Running(tmp_path, peers.free_port(), model)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def _studies(folder: Path) -> list[list[Path]]:
    """Two slices each, of different people: the phantom is drawn once, and named anew."""
    first = [pydicom.dcmread(file) for file in write_series(folder / "0", Thorax(slices=2, matrix=64))]
    made = []
    for number in range(1, STUDIES + 1):
        study, series, files = pydicom.uid.generate_uid(), pydicom.uid.generate_uid(), []
        for index, dataset in enumerate(first):
            dataset.PatientID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID = (
                f"P{number}",
                study,
                series,
            )
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
            files.append(folder / f"{number}-{index}.dcm")
            dataset.save_as(files[-1])
        made.append(files)
    return made


def _send(node: Running, studies: list[list[Path]]) -> None:
    """From some senders at once."""

    def send(mine: list[list[Path]]) -> None:
        for files in mine:
            node.send_until_taken(files, 300.0)

    senders = [threading.Thread(target=send, args=(studies[k::SENDERS],)) for k in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()


@pytest.mark.timeout(2400)
def test_each_of_many_studies_is_answered_once(
    node: Running, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    studies = _studies(tmp_path)
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as archive:
        node.arguments = ("--answer", f"ORTHANC@127.0.0.1:{archive.dicom}")
        node.start()
        start = time.monotonic()
        _send(node, studies)
        taken = time.monotonic() - start
        node.wait_for("answer", 2 * STUDIES, seconds=60.0 + 10.0 * STUDIES)
        answered = time.monotonic() - start
        stored = archive.ask("/studies?expand")
        instances = len(archive.instances())
        assert node.stop() == 0
    found = {each["MainDicomTags"]["StudyInstanceUID"]: len(each["Series"]) for each in stored}
    wanted = {pydicom.dcmread(files[0], stop_before_pixels=True).StudyInstanceUID for files in studies}
    print(f"{STUDIES} studies: taken in {taken:.1f} s, the last answer after {answered:.1f} s")
    assert found == dict.fromkeys(wanted, 2)  # a report and a capture
    assert instances == 2 * STUDIES


def test_a_study_is_answered_soon_after_its_last_slice(
    node: Running, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = write_series(tmp_path / "study", Thorax(slices=6, matrix=128))
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as archive:
        node.arguments = ("--answer", f"ORTHANC@127.0.0.1:{archive.dicom}")
        node.start()
        node.send_until_taken(files)
        start = time.monotonic()
        answers = node.wait_for("answer", 2)
        print(
            f"from the last slice to the report on the archive: {time.monotonic() - start:.1f} s, 0.5 s quiet"
        )
        assert {each["state"] for each in answers} <= {"sent", "committed"}
        modalities = {
            archive.ask(f"/series/{each}")["MainDicomTags"]["Modality"] for each in archive.ask("/series")
        }
    assert "SR" in modalities
