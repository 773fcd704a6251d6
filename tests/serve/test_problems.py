"""What is not answered: one sentence as problem+json, the right status, and nothing left behind."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import zipfile
import zlib
from pathlib import Path

import cv2
import httpx
import numpy as np
import pydicom
import pytest

from lungview.image.phantom import Thorax, write_multiframe
from lungview.serve.limits import Limits
from tests.serve.conftest import Served, forms, running, until

LIMITS = Limits()


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and reason of an answer that is a problem of one sentence."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "reason", "hint"}
    assert body["status"] == answer.status_code
    assert "\n" not in body["detail"]
    assert "/tmp" not in answer.text
    assert "Traceback" not in answer.text
    return answer.status_code, body["reason"]


def classify(client: httpx.Client, *paths: Path, **fields: str) -> tuple[int, str]:
    return problem(client.post("/classify", files=forms(*paths), data={"model": "tiny", **fields}))


def empty_png(path: Path, columns: int, rows: int) -> Path:
    """A PNG that claims a size and holds a line of zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(columns + 1))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b""))
    return path


def test_a_form_without_a_file_is_400(client):
    assert problem(client.post("/classify", files={"model": (None, "tiny")})) == (400, "NoFile")


def test_what_is_no_form_is_415(client):
    assert problem(client.post("/classify", json={"file": "x"})) == (415, "NoForm")


def test_a_form_that_breaks_off_is_400(client):
    headers = {"content-type": "multipart/form-data; boundary=x"}
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc'
    assert problem(client.post("/classify", content=body, headers=headers)) == (400, "NoForm")


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"plain words", 415), (b"%PDF-1.7", 415), (b"", 422), (b"\x89PNG\r\n\x1a\nrest", 422)],
)
def test_a_file_of_another_kind_is_415_and_a_broken_one_422(client, tmp_path, content, status):
    (tmp_path / "a.png").write_bytes(content)
    assert classify(client, tmp_path / "a.png")[0] == status


def test_a_zip_that_claims_to_unpack_beyond_bounds_is_413(client, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(5):
            archive.writestr(f"{k}.dcm", bytes(1 << 20))
            archive.infolist()[-1].file_size = LIMITS.unpacked // 4
    assert classify(client, tmp_path / "bomb.zip") == (413, "TooLarge")


def test_a_zip_of_too_many_members_is_413(client, tmp_path):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for k in range(LIMITS.files + 1):
            archive.writestr(f"{k}", b"")
    assert classify(client, tmp_path / "many.zip") == (413, "TooLarge")


@pytest.mark.parametrize("kind", ["classify", "pictures"])
def test_a_picture_of_30000_squared_is_413_before_it_is_decoded(client, tmp_path, kind):
    path = empty_png(tmp_path / "huge.png", 30_000, 30_000)
    answer = client.post(f"/{kind}", files=forms(path))
    assert problem(answer) == (413, "TooLarge")
    assert "30,000 × 30,000" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["classify", "pictures", "findings"])
@pytest.mark.parametrize("inside", ["zip", "dicom"])
def test_so_many_pixels_are_413_in_a_zip_and_in_dicom_too(client, tmp_path, slices, kind, inside):
    path = tmp_path / "huge"
    if inside == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(empty_png(tmp_path / "a.png", 30_000, 30_000), "a.png")
    else:
        dataset = pydicom.dcmread(slices[0])
        dataset.Rows = dataset.Columns = 30_000
        dataset.save_as(path)
    answer = client.post(f"/{kind}", files=forms(path))
    assert problem(answer) == (413, "TooManyPixels")
    assert "30000 × 30000" in answer.json()["detail"]


def test_a_model_that_does_not_exist_is_404_and_those_there_are_are_named(client, slices):
    answer = client.post("/classify", files=forms(slices[0]), data={"model": "nobody"})
    assert problem(answer) == (404, "NoSuchModel")
    assert "tiny" in answer.json()["detail"]


def test_a_folder_of_the_server_is_no_model(client, served: Served, slices):
    folder = served.home / "data" / "models" / "tiny"
    answer = client.post("/classify", files=forms(slices[0]), data={"model": str(folder)})
    assert (answer.status_code, answer.json()["reason"]) == (404, "NoSuchModel")


def test_a_findings_model_classifies_nothing_and_a_classifier_finds_nothing(client, slices):
    assert classify(client, slices[0], model="blobs") == (422, "NoClassifier")
    answer = client.post("/findings", files=forms(slices[0]), data={"model": "tiny"})
    assert problem(answer) == (422, "NoFindingsModel")


@pytest.mark.parametrize("box", ["900,900,950,950", "-50,-50,-10,-10"])
def test_a_box_outside_the_picture_is_422(client, tmp_path, box):
    cv2.imwrite(str(tmp_path / "a.png"), np.full((200, 200), 90, np.uint8))
    answer = client.post(
        "/classify", files=forms(tmp_path / "a.png"), data={"model": "alexnet_nodule", "box": box}
    )
    assert problem(answer) == (422, "InputError")
    assert "box" in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields",
    [
        {"box": "1,2,3"},
        {"box": "9,9,1,1"},
        {"box": "nan,0,1,1"},
        {"box": "0,0,1e300,5"},
        {"frame": "-1"},
        {"frame": "9" * 30},
        {"override": "maybe"},
        {"format": "exe"},
        {"patient": "everything"},
        {"nonsense": "1"},
    ],
    ids=str,
)
def test_a_field_with_nonsense_is_422_and_named(client, slices, fields):
    answer = client.post("/classify", files=forms(slices[0]), data=fields)
    assert problem(answer) == (422, "WrongField")
    assert next(iter(fields)) in answer.json()["detail"]


def test_a_frame_that_is_not_there_is_422(client, slices):
    assert classify(client, slices[0], frame="7")[0] == 422


def test_a_member_that_is_not_there_is_422(client, slices, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(slices[0], "one.dcm")
    assert classify(client, tmp_path / "a.zip", member="two.dcm") == (422, "NoSuchPicture")


def raw(served: Served, head: str, body: bytes = b"") -> bytes:
    """What the server says to a request as it is typed here."""
    port = int(served.url.rsplit(":", 1)[1].strip("/"))
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        found = b""
        while part := line.recv(65536):
            found += part
            if b"}" in part:
                break
        return found


FORM = "Content-Type: multipart/form-data; boundary=x"


def test_an_upload_above_the_bound_is_413_before_it_is_read(served):
    head = f"POST /api/v1/classify HTTP/1.1\nHost: localhost\n{FORM}\nContent-Length: {LIMITS.upload + 1}"
    said = raw(served, head)
    assert b" 413 " in said.splitlines()[0]
    assert b"512 MB" in said


def test_an_upload_without_a_length_is_411(served):
    head = f"POST /api/v1/classify HTTP/1.1\nHost: localhost\n{FORM}\nTransfer-Encoding: chunked"
    assert b" 411 " in raw(served, head, b"0\r\n\r\n").splitlines()[0]


def test_nothing_of_an_upload_is_left_after_its_answer_good_or_bad(client, served, slices, tmp_path):
    (tmp_path / "bad.dcm").write_bytes(slices[0].read_bytes()[:300])
    client.post("/classify", files=forms(*slices), data={"model": "tiny"})
    client.post("/classify", files=forms(tmp_path / "bad.dcm"), data={"model": "tiny"})
    client.post("/classify", files=forms(slices[0]), data={"format": "pdf", "model": "tiny"})
    assert served.uploads() == []


def test_no_worker_holds_a_zip_open_after_its_answer(client, served, slices, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(slices[0], "one.dcm")
    client.post("/classify", files=forms(tmp_path / "a.zip"), data={"model": "tiny"})
    worker = served.worker()
    client.post("/classify", files=forms(slices[0]), data={"model": "tiny"})  # the worker is past the zip
    held = [str(fd.readlink()) for fd in Path(f"/proc/{worker}/fd").iterdir() if fd.is_symlink()]
    assert [name for name in held if str(served.scratch) in name] == []


def test_nothing_is_left_of_an_upload_that_breaks_off(served):
    head = f"POST /api/v1/classify HTTP/1.1\nHost: localhost\n{FORM}\nContent-Length: 100000"
    port = int(served.url.rsplit(":", 1)[1].strip("/"))
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + bytes(5000)
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        assert until(lambda: bool(served.uploads()))
    assert until(lambda: not served.uploads())


def test_the_folder_of_uploads_is_the_owners_alone(served):
    (folder,) = served.scratch.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.fixture(scope="module")
def frames(tmp_path_factory) -> Path:
    """A DICOM of 300 frames."""
    path = tmp_path_factory.mktemp("frames") / "many.dcm"
    write_multiframe(path, Thorax(slices=300, matrix=64))
    return path


def _cpu_ticks(process: int) -> int:
    """What a process has worked so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_worker_that_dies_costs_that_request_one_sentence_and_no_other(served, client, slices, frames):
    found: list[httpx.Response] = []

    def ask() -> None:
        with served.client() as mine:
            found.append(mine.post("/classify", files=forms(frames), data={"model": "inception_v3"}))

    worker = served.worker()
    idle = _cpu_ticks(worker)
    thread = threading.Thread(target=ask)
    thread.start()
    # In the midst of seconds of work.
    assert until(lambda: bool(served.uploads()) and _cpu_ticks(worker) > idle)
    os.kill(worker, signal.SIGKILL)
    thread.join(timeout=60)
    assert problem(found[0]) == (500, "WorkerDied")
    assert client.post("/classify", files=forms(slices[0]), data={"model": "tiny"}).status_code == 200
    assert served.uploads() == []
    assert served.workers() not in ([], [worker])


def test_a_visitor_who_leaves_in_the_middle_leaves_nothing_behind(served, client, slices, frames):
    with client.stream("POST", "/pictures", files=forms(frames)) as answer:
        next(answer.iter_bytes(1024))
    assert until(lambda: not served.uploads())
    assert client.post("/classify", files=forms(slices[0]), data={"model": "tiny"}).status_code == 200


def test_a_server_killed_in_the_middle_leaves_no_upload_and_no_worker(tmp_path, frames):
    with running(tmp_path, "--workers", "1") as served:
        worker = served.worker()
        thread = threading.Thread(target=_ask_in_vain, args=(served, frames))
        thread.start()
        assert until(lambda: bool(served.uploads()))
        served.process.kill()
        thread.join(timeout=30)
        assert until(lambda: list(served.scratch.iterdir()) == [])
        assert until(lambda: not Path(f"/proc/{worker}").exists())


def _ask_in_vain(served: Served, frames: Path) -> None:
    with served.client() as client, pytest.raises(httpx.TransportError):
        client.post("/classify", files=forms(frames), data={"model": "cnn"})
