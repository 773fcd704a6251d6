"""What the HTTP interface answers: the core's own numbers, in the shapes that OpenAPI promises."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pypdf
import pytest

from lungview import cli
from lungview.image import readers
from lungview.image.phantom import Thorax, write_multiframe, write_series
from lungview.report.content import RESEARCH_USE
from tests.serve import schema
from tests.serve.conftest import forms

WHOLE = Thorax(slices=24, matrix=256, slice_spacing=2.5)
SERIES = Thorax(slices=4, matrix=128, slice_spacing=10.0)


@pytest.fixture(scope="module")
def description(served):
    with served.client() as client:
        return client.get("/openapi.json").json()


def ask(client, *paths, status=200, **fields):
    answer = client.post("/classify", files=forms(*paths), data={"model": "tiny", **fields})
    assert answer.status_code == status, answer.text
    return answer


def command_line(capsys, monkeypatch, served, *arguments):
    monkeypatch.setenv("LUNGVIEW_HOME", str(served.home))
    capsys.readouterr()
    cli.main(["classify", "--json", *map(str, arguments)])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_probabilities_are_those_of_the_command_line_bit_for_bit(
    client, served, slices, capsys, monkeypatch
):
    answers = ask(client, *slices, override="true").json()["answers"]
    lines = command_line(capsys, monkeypatch, served, "--model", "tiny", "--override", *slices)
    assert [a["probabilities"] for a in answers] == [line["probabilities"] for line in lines]
    for answer, line in zip(answers, lines, strict=True):
        same = set(line) - {"seconds", "path"}
        assert {k: answer[k] for k in same} == {k: line[k] for k in same}


def test_a_shipped_model_says_the_same_too(client, served, slices, capsys, monkeypatch):
    (answer,) = ask(client, slices[1], model="mobilenet_v2", override="true").json()["answers"]
    arguments = ("--model", "mobilenet_v2", "--override", slices[1])
    (line,) = command_line(capsys, monkeypatch, served, *arguments)
    assert answer["probabilities"] == line["probabilities"]


def test_a_classification_has_the_promised_shape(client, slices, description):
    body = ask(client, slices[0], override="true", heat_maps="true").json()
    schema.check(body, "ClassifyAnswer", description)
    assert body["notice"] == RESEARCH_USE


def test_heat_maps_are_pictures_of_the_whole_slice_for_every_class(client, slices):
    (answer,) = ask(client, slices[1], override="true", heat_maps="true").json()["answers"]
    assert list(answer["heat_maps"]) == answer["classes"]
    for url in answer["heat_maps"].values():
        layer = cv2.imdecode(np.frombuffer(schema.data(url), np.uint8), cv2.IMREAD_UNCHANGED)
        assert layer.shape == (128, 128, 4)


def test_what_the_gate_refuses_leaves_the_server_nowhere(client, tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), np.zeros((200, 200), np.uint8))
    (answer,) = ask(client, tmp_path / "blank.png", heat_maps="true").json()["answers"]
    assert (answer["verdict"], answer["label"]) == ("not suitable", "not suitable")
    assert (answer["probabilities"], answer["heat_maps"]) == (None, None)
    assert answer["suitability"]["reasons"]
    (row,) = csv.DictReader(io.StringIO(ask(client, tmp_path / "blank.png", format="csv").text))
    assert {row[key] for key in row if key.startswith("p_")} == {""}


def test_an_override_is_recorded_as_one(client, served, tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), np.zeros((201, 200), np.uint8))
    (answer,) = ask(client, tmp_path / "blank.png", override="true").json()["answers"]
    assert answer["overridden"] is True
    with sqlite3.connect(served.home / "data" / "record.sqlite") as record:
        assert record.execute("SELECT count(*) FROM record WHERE overridden").fetchone()[0] >= 1


def test_one_frame_of_many_can_be_asked_for(client, tmp_path):
    write_multiframe(tmp_path / "many.dcm", Thorax(slices=5, matrix=128))
    every = ask(client, tmp_path / "many.dcm", override="true").json()["answers"]
    (one,) = ask(client, tmp_path / "many.dcm", override="true", frame="3").json()["answers"]
    assert [a["frame"] for a in every] == [0, 1, 2, 3, 4]
    assert one["probabilities"] == every[3]["probabilities"]


def test_a_zip_is_answered_by_its_members_and_one_of_them_can_be_asked_for(client, slices, tmp_path):
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        for path in slices:
            archive.write(path, f"inner/{path.name}")
    every = ask(client, tmp_path / "study.zip").json()["answers"]
    assert [a["member"] for a in every] == [f"inner/{p.name}" for p in slices]
    member = f"inner/{slices[1].name}"
    (one,) = ask(client, tmp_path / "study.zip", member=member).json()["answers"]
    assert (one["member"], one["probabilities"]) == (member, every[1]["probabilities"])


def test_all_models_of_a_task_answer_side_by_side(client, slices):
    answers = ask(client, slices[1], model=["resnet50", "all"], override="true").json()["answers"]
    asked = [a["model"] for a in answers]
    models = client.get("/models").json()["models"]
    assert asked == [m["id"] for m in models if m["task"] == "subtype"]


def test_a_bad_file_among_good_ones_has_its_own_sentence(client, slices, tmp_path, description):
    (tmp_path / "notes.txt").write_text("no picture")
    body = ask(client, slices[0], tmp_path / "notes.txt").json()
    schema.check(body, "ClassifyAnswer", description)
    assert body["answers"][1]["reason"] == "UnsupportedFormat"


def test_the_table_is_that_of_a_batch_with_the_notice(client, slices):
    answer = ask(client, *slices, format="csv", override="true")
    assert "research-use-only" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["path"] for row in rows] == [path.name for path in slices]
    assert {row["notice"] for row in rows} == {RESEARCH_USE}
    assert float(rows[0]["p_bright"]) >= 0


def test_the_report_is_a_pdf_with_the_notice(client, slices):
    answer = ask(client, slices[0], format="pdf", override="true", patient="none")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "Research use only" in text
    assert answer.headers["content-type"] == "application/pdf"


def test_a_report_of_many_pictures_is_refused(client, slices):
    assert ask(client, *slices, format="pdf", status=422).json()["reason"] == "NotOnePicture"


def test_findings_are_those_of_the_command_line(client, served, tmp_path, capsys, monkeypatch, description):
    files = write_series(tmp_path, SERIES)
    answer = client.post("/findings", files=forms(*files), data={"model": "blobs"})
    body = answer.json()
    schema.check(body, "FindingsAnswer", description)
    monkeypatch.setenv("LUNGVIEW_HOME", str(served.home))
    cli.main(["findings", "--json", "--model", "blobs", str(tmp_path)])
    line = json.loads(capsys.readouterr().out)
    (found,) = body["answers"]
    same = set(line) - {"seconds"}
    assert {k: found[k] for k in same} == {k: line[k] for k in same}
    assert found["places"][0] == [3, "", 0]


def test_an_outline_is_as_large_as_the_volume_that_was_measured_in_it(client, tmp_path):
    files = write_series(tmp_path, WHOLE)
    index, row, column = WHOLE.nodule
    number = str(WHOLE.slices - 1 - round(index))
    box = f"{column - 9},{row - 9},{column + 9},{row + 9}"
    (found,) = client.post("/findings", files=forms(*files), data={"box": box, "slice": number}).json()[
        "answers"
    ]
    (finding,) = found["findings"]
    lines = [np.array(line["points"], np.float32) for line in found["outlines"]]
    assert {line["slice"] for line in found["outlines"]} == set(
        range(finding["first_slice"], finding["last_slice"] + 1)
    )
    voxel = WHOLE.pixel_spacing**2 * WHOLE.slice_spacing
    assert sum(map(cv2.contourArea, lines)) * voxel == pytest.approx(finding["volume_mm3"], rel=0.25)


def test_a_box_that_a_reader_draws_is_measured_as_on_the_command_line(client, tmp_path, capsys):
    files = write_series(tmp_path, WHOLE)
    index, row, column = WHOLE.nodule
    number = str(WHOLE.slices - 1 - round(index))  # the phantom begins at the feet
    box = f"{column - 9},{row - 9},{column + 9},{row + 9}"
    answer = client.post("/findings", files=forms(*files), data={"box": box, "slice": number})
    (found,) = answer.json()["answers"]
    capsys.readouterr()
    cli.main(["findings", "--json", "--box", box, "--slice", number, str(tmp_path)])
    line = json.loads(capsys.readouterr().out)
    assert found["findings"] == line["findings"] != []


def test_pictures_come_head_first_with_their_hounsfield_units(client, tmp_path):
    files = write_series(tmp_path, Thorax(slices=3, matrix=64))  # feet first
    body = client.post("/pictures", files=forms(*files)).content
    head, *records = schema.records(body)
    assert head["pictures"] == 3
    assert [about["file"] for about, _ in records] == [2, 1, 0]
    values = np.frombuffer(records[0][1], "<i2").reshape(64, 64)
    assert np.array_equal(values, readers.read(files[2]).values)


def test_models_say_what_they_are(client, description):
    body = client.get("/models").json()
    schema.check(body, "Models", description)
    assert {"tiny", "blobs", "inception_v3"} <= {m["id"] for m in body["models"]}
    assert [m["id"] for m in body["models"] if m["default"]] == ["inception_v3"]


def test_health_and_metrics_answer(client, description):
    schema.check(client.get("/health").json(), "Health", description)
    lines = client.get("/metrics").text.splitlines()
    asked = 'lungview_requests_total{route="/api/v1/health",status="200"}'
    assert "lungview_workers 1" in lines
    assert any(line.startswith(asked) for line in lines)


def test_every_address_that_is_described_is_there_and_no_other(client, description):
    for path, operations in description["paths"].items():
        for method in operations:
            answer = client.request(method, f"{client.base_url.join(path)}")
            assert answer.status_code in (200, 411, 415), (method, path)
    assert client.get("/nothing").status_code == 404
    assert client.get("/classify").status_code == 405


def test_names_of_files_stay_out_of_log_and_folder(client, served, slices):
    form = [("file", ("../../Meyer^Anna.dcm", slices[0].read_bytes()))]
    answer = client.post("/classify", files=form, data={"model": "tiny"}).json()["answers"][0]
    assert answer["path"] == "../../Meyer^Anna.dcm"
    assert "Meyer" not in "".join(p.read_text() for p in Path(served.home / "logs").glob("*.log"))
