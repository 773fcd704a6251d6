"""`lungview node` refuses what it must not start with."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from lungview.cli import main, parser
from lungview.cli.archives import node
from lungview.errors import SettingsError
from lungview.node.configuration import Configuration
from lungview.remote_nodes import DicomNode, Tls


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


def _configured(*arguments: str) -> Configuration:
    given = parser([node]).parse_args([node.NAME, "--port", "0", "--model", "x", *arguments])
    assert isinstance(given, argparse.Namespace)
    return node._configuration(given)


def test_an_archive_given_by_its_address_is_called_under_our_title_and_with_tls() -> None:
    files = ("--answer-tls-ca", "ca.pem", "--answer-tls-cert", "c.pem", "--answer-tls-key", "k.pem")
    answer = _configured("--title", "AI1", "--answer", "PACS@10.0.0.5:2762", *files).answer
    assert isinstance(answer, DicomNode)
    assert (answer.ae_title, answer.own_title) == ("PACS", "AI1")
    assert answer.tls == Tls("ca.pem", "c.pem", "k.pem")


def test_without_a_certificates_signer_an_address_is_called_without_tls() -> None:
    answer = _configured("--answer", "PACS@10.0.0.5:104").answer
    assert answer is not None
    assert answer.tls is None


@pytest.mark.parametrize("option", ["--tls-key", "--tls-ca"])
def test_a_key_without_its_certificate_does_not_listen_without_tls(option: str) -> None:
    with pytest.raises(SettingsError, match="take --tls-cert"):
        _configured(option, "file.pem")


def test_a_certificate_for_answers_is_not_left_unused() -> None:
    with pytest.raises(SettingsError, match="take --answer-tls-ca"):
        _configured("--answer", "PACS@10.0.0.5:104", "--answer-tls-cert", "c.pem")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--port", "99999", "a whole number from 0 to 65535"),
        ("--metrics-port", "-1", "a whole number from 0 to 65535"),
        ("--step", "0", "a whole number from 1 on"),
        ("--most-associations", "many", "a whole number from 1 on"),
        ("--quiet", "-5", "a number from 0 on"),
        ("--keep-days", "nan", "a number from 0 on"),
        ("--judge-minutes", "0", "a number above 0"),
        ("--title", "A\\B", "an AE title"),
        ("--allow-title", "MORE-THAN-16-LETTERS", "an AE title"),
    ],
)
def test_what_a_node_cannot_be_told_is_a_fault_of_usage(
    capsys: pytest.CaptureFixture[str], option: str, value: str, words: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([node.NAME, "--port", "0", "--model", "x", f"{option}={value}"])
    assert caught.value.code == 2
    assert f"argument {option}: expected {words}" in capsys.readouterr().err


def test_bounds_themselves_are_within() -> None:
    values = ("--port=65535", "--step=1", "--quiet=0", "--keep-days=0", "--peer-associations=0")
    given = parser([node]).parse_args([node.NAME, "--model", "x", *values])
    assert (given.port, given.step, given.quiet, given.keep_days, given.peer_associations) == (
        65535,
        1,
        0,
        0,
        0,
    )
