"""The run of a package's node, here from source: it finds nothing wrong, or says what is."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pydicom
import pytest
from pydicom.dataset import Dataset

from lungview.image.phantom import Thorax, write_series

ROOT = Path(__file__).resolve().parents[2]
UNIT = (ROOT / "packaging/linux/lungview-node.service").read_text(encoding="utf-8")
TINY = ROOT / "tests/data/tiny_model"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a systemd unit's command")


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import check_node

    return check_node


def _program(folder: Path, line: str) -> Path:
    made = folder / "lungview"
    made.write_text(f"#!/bin/sh\n{line}\n")
    made.chmod(0o755)
    return made


def test_the_units_command_is_read_for_other_places(check: ModuleType, tmp_path: Path) -> None:
    command, environment = check.command_of(UNIT, "ARGUMENTS=--port 1 --model x\n", tmp_path / "p", tmp_path)
    assert command == [f"{tmp_path}/p", "node", "--data", f"{tmp_path}/node", "--port", "1", "--model", "x"]
    assert environment == {"LUNGVIEW_HOME": str(tmp_path)}
    assert check.umask_of(UNIT) == 0o077


def test_a_unit_that_reads_another_file_is_a_fault(check: ModuleType, tmp_path: Path) -> None:
    other = UNIT.replace("/etc/lungview/node.conf", "/etc/default/lungview")
    with pytest.raises(check.Fault, match=r"reads /etc/default/lungview; expected /etc/lungview/node\.conf"):
        check.command_of(other, "ARGUMENTS=", tmp_path, tmp_path)


def test_a_model_without_its_gate_is_a_copy(check: ModuleType, tmp_path: Path) -> None:
    made = check.without_gate(TINY, tmp_path / "model")
    assert json.loads((made / "card.json").read_text())["ood_threshold"] == 1e9
    assert json.loads((TINY / "card.json").read_text())["ood_threshold"] != 1e9


def test_a_program_that_ends_at_once_is_said_with_its_words(check: ModuleType, tmp_path: Path) -> None:
    program = _program(tmp_path, "echo the licence is missing >&2; exit 3")
    with pytest.raises(check.Fault, match=r"^the node ended with 3: the licence is missing$"):
        check.of_unit(UNIT, program, tmp_path / "state", tmp_path, Thorax(slices=2, matrix=64))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_node_from_source_has_no_fault(check: ModuleType, tmp_path: Path) -> None:
    program = _program(tmp_path, f'PYTHONPATH={ROOT} exec {sys.executable} -m lungview "$@"')
    model = check.without_gate(TINY, tmp_path / "model")
    assert check.of_unit(UNIT, program, tmp_path / "state", model, Thorax(slices=4, matrix=64)) == []


def _report(study: list[Path], series_uid: str, sop_uid: str) -> Dataset:
    """As far as it is looked at."""
    head = pydicom.dcmread(study[0], stop_before_pixels=True)
    item, series, evidence, report = Dataset(), Dataset(), Dataset(), Dataset()
    item.ReferencedSOPInstanceUID = sop_uid
    series.SeriesInstanceUID, series.ReferencedSOPSequence = series_uid, [item]
    evidence.StudyInstanceUID, evidence.ReferencedSeriesSequence = head.StudyInstanceUID, [series]
    report.Modality, report.StudyInstanceUID, report.SOPInstanceUID = "SR", head.StudyInstanceUID, "1.2.3"
    report.CurrentRequestedProcedureEvidenceSequence = [evidence]
    return report


def test_a_report_counts_where_it_refers_to_the_series_that_was_sent(
    check: ModuleType, tmp_path: Path
) -> None:
    from peer import reports_of

    study = write_series(tmp_path / "study", Thorax(slices=2, matrix=64))
    head = pydicom.dcmread(study[0], stop_before_pixels=True)
    good = _report(study, head.SeriesInstanceUID, head.SOPInstanceUID)
    assert reports_of([good], study) == {"1.2.3"}
    assert reports_of([good, good], study) == {"1.2.3"}  # the same object once more
    for other in (
        _report(study, "9.9", head.SOPInstanceUID),
        _report(study, head.SeriesInstanceUID, "9.9"),
        Dataset(),
    ):
        assert reports_of([other], study) == set()


def test_a_peer_keeps_what_it_is_sent_and_acts_once_before_it_answers(
    check: ModuleType, tmp_path: Path
) -> None:
    from peer import Peer, send

    study = write_series(tmp_path / "study", Thorax(slices=2, matrix=64))
    acted: list[int] = []
    with Peer() as peer:
        peer.at_next(lambda: acted.append(1))
        assert send(peer.port, study) == set(study)
        uids = {str(each.SOPInstanceUID) for each in peer.objects()}
    assert acted == [1]
    assert uids == {str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID) for file in study}
    assert send(peer.port, study) == set()  # nobody is there


def test_data_that_others_can_read_are_named(check: ModuleType, tmp_path: Path) -> None:
    node = check.Node([], {}, 0o077, tmp_path / "said", 0)
    node.said.write_text("")
    state = tmp_path / "state"
    (state / "node").mkdir(parents=True, mode=0o700)
    shutil.copy(TINY / "card.json", state / "node" / "ledger.sqlite")
    (state / "node" / "ledger.sqlite").chmod(0o644)
    run = check.Run(node, None, 0)
    assert list(run.told(state)) == [
        "node/ledger.sqlite in the node's data can be read by others than its owner"
    ]
