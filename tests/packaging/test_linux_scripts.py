"""The package's scripts stop the node before its files change, and start only one that ran."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "packaging" / "linux" / "deb"
UNIT = "lungview-node.service"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a Debian package's")


class Machine:
    """A root of its own, and a systemctl that notes what it is asked."""

    def __init__(self, folder: Path, state: str) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        (folder / "run/systemd/system").mkdir(parents=True)
        systemctl = folder / "bin/systemctl"
        systemctl.write_text(
            f'#!/bin/sh\necho "$*" >>{folder}/asked\n[ "$1" != is-active ] || {{ echo {state}; exit 3; }}\n'
        )
        systemctl.chmod(0o755)

    def run(self, name: str, *arguments: str) -> str:
        text = (SCRIPTS / name).read_text()
        for place in ("/run/", "/var/lib/", "/etc/"):
            text = text.replace(f" {place}", f" {self.folder}{place}")
        environment = {**os.environ, "PATH": f"{self.folder}/bin:/usr/bin:/bin"}
        command = ["sh", "-c", text, name, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    def asked(self) -> list[str]:
        """Since the last time, without the question whether it runs."""
        noted = self.folder / "asked"
        lines = noted.read_text().splitlines() if noted.exists() else []
        noted.unlink(missing_ok=True)
        return [line for line in lines if not line.startswith("is-active")]


@pytest.mark.parametrize(("state", "starts"), [("active", True), ("activating", True), ("inactive", False)])
def test_an_upgrade_starts_the_node_where_it_ran(tmp_path: Path, state: str, starts: bool) -> None:
    machine = Machine(tmp_path, state)
    machine.run("prerm", "upgrade", "0.3")
    assert machine.asked() == [f"stop {UNIT}"]
    machine.run("postrm", "upgrade", "0.3")
    machine.run("postinst", "configure", "0.2")
    reload = ["daemon-reload", "daemon-reload"]
    assert machine.asked() == reload + [f"start --no-block {UNIT}"] * starts
    machine.run("postinst", "configure", "0.2")  # once more: nothing is left of it
    assert machine.asked() == ["daemon-reload"]


def test_a_first_installation_starts_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "inactive")
    machine.run("postinst", "configure")
    assert machine.asked() == ["daemon-reload"]


def test_a_removal_stops_and_disables_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "active")
    machine.run("prerm", "remove")
    assert machine.asked() == [f"stop {UNIT}", f"--quiet disable {UNIT}"]


def test_a_purge_names_patients_data_and_deletes_none(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "inactive")
    assert machine.run("postrm", "purge") == ""
    kept = tmp_path / "var/lib/private/lungview-node/node/ledger.sqlite"
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert f"{tmp_path}/var/lib/private/lungview-node is left" in machine.run("postrm", "purge")
    assert kept.is_file()


def test_without_a_running_systemd_they_are_silent(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "inactive")
    (tmp_path / "run/systemd/system").rmdir()
    for name, word in (("postinst", "configure"), ("prerm", "upgrade"), ("postrm", "remove")):
        assert machine.run(name, word) == ""
    assert machine.asked() == []
