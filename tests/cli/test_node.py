"""`lungview node` refuses what it must not start with."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview.cli import main
from lungview.cli.archives import node


def test_beyond_loopback_it_does_not_start_without_tls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["node", "--port", "0", "--model", "mobilenet_v2", "--data", str(tmp_path)]
    assert main([*arguments, "--host", "0.0.0.0"]) == 1
    assert "takes TLS" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.5", "pacs.example"])
def test_every_address_but_loopback_counts_as_beyond(tmp_path: Path, host: str) -> None:
    assert main(["node", "--port", "0", "--model", "x", "--data", str(tmp_path), "--host", host]) == 1


def test_an_address_that_is_none_is_a_fault_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([node.NAME, "--port", "0", "--model", "x", "--allow-address", "everyone"])
    assert caught.value.code == 2
    assert "expected an address or a network" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["node", "--port", "0", "--model", "nothing", "--data", str(tmp_path / "d")]) == 1
    assert "no model “nothing”" in capsys.readouterr().err
    assert not (tmp_path / "d").exists()
