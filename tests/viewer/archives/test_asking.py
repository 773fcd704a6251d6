"""Which archives are asked for earlier studies, and with what; nothing where it was not wished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydicom
import pytest

from lungview.errors import Cancelled
from lungview.image.phantom import Thorax, write_series
from lungview.image.slice import Patient
from lungview.remote_nodes import DicomNode
from lungview.settings import Settings
from lungview.sources.source import Query, never
from lungview.viewer.archives import asking
from lungview.viewer.archives.priors import Doubt, Now
from tests.sources.archives import peers
from tests.viewer.archives.found import NOW

NODES = {name: DicomNode(name, "PACS", "127.0.0.1", 104) for name in ("near", "far")}
JANE = {"PatientID": "4711", "PatientName": "DOE^JANE", "PatientBirthDate": "19600102"}


def _names(settings: Settings, origin: str) -> list[str]:
    return [each.name for each in asking.nodes_to_ask(settings, origin)]


def test_as_it_comes_no_archive_is_asked() -> None:
    assert Settings().ask_priors == "never"
    assert not Settings().fetch_priors
    assert _names(Settings(nodes=NODES), "near") == []


def test_the_archive_that_a_study_came_from_may_be_asked_alone() -> None:
    chosen = Settings(nodes=NODES, ask_priors="origin")
    assert _names(chosen, "far") == ["far"]
    assert _names(chosen, "") == []
    assert _names(chosen, "removed meanwhile") == []


def test_of_all_archives_the_studys_own_is_asked_first() -> None:
    chosen = Settings(nodes=NODES, ask_priors="all")
    assert _names(chosen, "far") == ["far", "near"]
    assert _names(chosen, "") == ["near", "far"]


@pytest.mark.parametrize(("number", "good"), [("4711", True), ("", False), ("  ", False), ("47*", False)])
def test_a_patient_id_that_names_many_is_not_asked_for(number: str, good: bool) -> None:
    assert asking.may_be_asked_for(replace(NOW, patient=Patient("DOE^JANE", number))) is good


def test_only_the_patient_id_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Query] = []

    def find(_node: Any, query: Query, **_: Any) -> Any:
        asked.append(query)
        raise Cancelled("enough")

    monkeypatch.setattr(asking.archives, "find", find)
    with pytest.raises(Cancelled):
        asking.ask(lambda _: None, never, list(NODES.values()), NOW)
    assert asked == [Query(patient_id="4711")]


def _study(folder: Path, number: int, **values: str) -> list[Path]:
    def change(dataset: pydicom.Dataset, _index: int) -> None:
        for keyword, value in values.items():
            setattr(dataset, keyword, value)

    return write_series(folder / str(number), Thorax(slices=2, matrix=32, seed=number), change=change)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    """Jane's two studies, one of hers under another name, one of another issuer, and a stranger's."""
    folder = tmp_path_factory.mktemp("studies")
    with peers.dicomweb(tmp_path_factory.mktemp("orthanc")) as running:
        running.upload(_study(folder, 1, **JANE, StudyDate="20240301"))
        running.upload(_study(folder, 2, **JANE, StudyDate="20220301"))
        running.upload(_study(folder, 3, **JANE | {"PatientName": "ROE^JANE"}, StudyDate="20250301"))
        running.upload(_study(folder, 4, **JANE, StudyDate="20230301", IssuerOfPatientID="COUNTY"))
        running.upload(_study(folder, 5, PatientID="47110", PatientName="DOE^JOHN", StudyDate="20230301"))
        yield running


@pytest.mark.parametrize("way", ["DIMSE", "DICOMweb"])
def test_a_real_archive_tells_of_the_patients_earlier_studies(archive: peers.Orthanc, way: str) -> None:
    from lungview.remote_nodes import WebNode

    web = WebNode("orthanc", f"http://127.0.0.1:{archive.http}/dicom-web", tries=1)
    told: list[object] = []
    offer = asking.ask(told.append, never, [archive.node() if way == "DIMSE" else web], NOW)
    assert told == [offer]
    assert [(p.study.study_date, p.doubts) for p in offer.priors] == [
        ("20240301", ()),
        ("20220301", ()),
        ("20250301", (Doubt.NAME,)),
    ]
    assert (offer.strange, offer.faults) == (1, ())


def test_an_archive_that_is_away_costs_itself_alone(archive: peers.Orthanc) -> None:
    away = replace(archive.node(), name="away", port=peers.free_port())
    offer = asking.ask(lambda _: None, never, [away, archive.node()], NOW)
    assert len(offer.priors) == 3
    ((name, sentence),) = offer.faults
    assert name == "away"
    assert "not reached" in sentence


def test_asking_ends_when_the_study_is_closed(archive: peers.Orthanc) -> None:
    with pytest.raises(Cancelled):
        asking.ask(lambda _: None, lambda: True, [archive.node()], NOW)


def test_a_patient_id_that_no_query_can_hold_is_a_sentence(archive: peers.Orthanc) -> None:
    now: Now = replace(NOW, patient=Patient("DOE^JANE", "4\\7"))
    ((_, sentence),) = asking.ask(lambda _: None, never, [archive.node()], now).faults
    assert "backslash" in sentence
