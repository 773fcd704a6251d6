"""The running program talks to nobody: no internet socket, of any kind, while it shows a study."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lungview import paths
from tests.e2e.conftest import Program

TABLES = ("tcp", "tcp6", "udp", "udp6", "raw", "raw6", "udplite", "udplite6")

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's /proc"),
]


def internet_sockets(pid: int) -> set[str]:
    """The process's sockets that are in the kernel's internet tables, as "table inode"."""
    links = [str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()]
    own = {link[8:-1] for link in links if link.startswith("socket:[")}
    found = set()
    for table in TABLES:
        listing = Path(f"/proc/{pid}/net/{table}")
        lines = listing.read_text().splitlines()[1:] if listing.exists() else []
        found |= {f"{table} {line.split()[9]}" for line in lines if line.split()[9] in own}
    return found


def test_the_watch_sees_a_socket_that_is_there() -> None:
    code = (
        "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seen = internet_sockets(process.pid)
        process.communicate(b"\n")
    assert len(seen) == 1


def test_the_program_opens_no_socket_while_it_shows_and_classifies_a_study(
    start: Callable[..., Program],
) -> None:
    program = start(paths.resources() / "sample")
    seen: set[str] = set()
    program.key("Return")  # ask the second reader
    until = time.monotonic() + 4
    while time.monotonic() < until:
        seen |= internet_sockets(program.process.pid)
        program.key("Page_Down")
    assert seen == set()
