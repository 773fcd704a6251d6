"""The log: where it is, what it catches, and what must never be in it."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lungview import logs, paths
from lungview.errors import DamagedFile, ReadError

LOG = logging.getLogger("lungview.test")


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    yield
    logs.stop()


def _text() -> str:
    logs.stop()  # closes the file
    return (paths.logs() / logs.FILE).read_text(encoding="utf-8")


def test_the_log_is_in_the_platforms_folder() -> None:
    assert logs.start() == paths.logs()
    LOG.info("opened a series of %d slices", 30)

    assert "INFO" in _text()
    assert "opened a series of 30 slices" in _text()


def test_starting_twice_writes_once() -> None:
    logs.start()
    logs.start()
    LOG.info("once")

    assert _text().count("once") == 1


def test_other_libraries_are_heard_from_a_warning_on() -> None:
    logs.start()
    logging.getLogger("somebody").info("chatter")
    logging.getLogger("somebody").warning("trouble")

    assert "chatter" not in _text()
    assert "trouble" in _text()


@pytest.mark.parametrize(
    "path",
    [
        "/data/Meier Anna 1950/CT/IM0001.dcm",
        "C:\\Patienten\\Meier Anna\\IM0001.dcm",
        "\\\\server\\Meier Anna\\IM0001.dcm",
    ],
)
def test_of_a_path_only_the_file_name_is_written(path: str) -> None:
    logs.start()
    LOG.info("opened %s", path)
    LOG.info("opened %s", Path(path))
    LOG.warning("skipped: %s", ReadError("there is no such file", path))

    assert _text().count("IM0001.dcm") == 3
    assert "Meier" not in _text()


def test_an_errors_traceback_names_files_not_folders() -> None:
    logs.start()
    try:
        try:
            Path("/data/Meier Anna/IM0001.dcm").read_bytes()
        except OSError as error:
            raise DamagedFile("does not parse", "/data/Meier Anna/IM0001.dcm") from error
    except DamagedFile:
        LOG.exception("reading failed")

    assert "IM0001.dcm: does not parse" in _text()
    assert "Meier" not in _text()
    assert "test_logs.py" in _text()


def test_a_patient_is_not_written_even_when_its_object_is() -> None:
    from lungview.image.slice import Patient

    logs.start()
    LOG.info("patient %s", Patient("Meier^Anna", "4711"))

    assert "Meier" not in _text()
    assert "4711" not in _text()


def test_what_nobody_catches_in_a_thread_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start()

    def fail() -> None:
        raise ZeroDivisionError("in a worker")

    thread = threading.Thread(target=fail, name="reader-7")
    # pytest hooks threads itself; the program's hook is called as the interpreter would.
    args = threading.ExceptHookArgs((ZeroDivisionError, ZeroDivisionError("in a worker"), None, thread))
    threading.excepthook(args)

    assert "reader-7" in _text()
    assert "ZeroDivisionError: in a worker" in _text()


def _program(body: str, tmp_path: Path) -> str:
    code = f"from lungview import logs\nlogs.start()\n{body}\n"
    environment = {"LUNGVIEW_HOME": str(tmp_path), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, timeout=60, check=False
    )
    return "".join(p.read_text(encoding="utf-8") for p in sorted((tmp_path / "logs").iterdir()))


def test_what_nobody_catches_in_the_main_thread_is_logged(tmp_path: Path) -> None:
    assert "CRITICAL" in _program("1 / 0", tmp_path)


def test_what_a_worker_thread_raises_is_logged(tmp_path: Path) -> None:
    body = "import threading\nthreading.Thread(target=lambda: 1 / 0, name='reader-7').start()"

    assert "not caught in reader-7" in _program(body, tmp_path)


def test_a_crash_of_native_code_leaves_a_stack(tmp_path: Path) -> None:
    assert "Current thread" in _program("import faulthandler\nfaulthandler._sigsegv()", tmp_path)


def test_the_log_is_cut_into_five_files_of_a_megabyte() -> None:
    logs.start()
    for _ in range(70):
        LOG.info("x" * 100_000)
    logs.stop()
    files = list(paths.logs().glob(f"{logs.FILE}*"))

    assert len(files) == 5
    assert all(f.stat().st_size <= 1_000_000 for f in files)


def test_without_a_folder_to_write_to_the_program_still_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LUNGVIEW_HOME", str(tmp_path / "file"))

    assert logs.start() is None
    assert "no log is written" in capsys.readouterr().err
