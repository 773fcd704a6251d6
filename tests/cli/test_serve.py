"""`lungview serve` as users start it: what is missing is one sentence, and nothing is served."""

from __future__ import annotations

import socket
import sys

import pytest

from lungview import cli
from lungview.cli import exit_codes

TOKEN = "0123456789abcdef" * 3


def test_a_port_that_is_taken_is_one_sentence(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert cli.main(["serve", "--port", str(port)]) == exit_codes.COULD_NOT
    assert f"port {port} cannot be had" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--port", "70000"], ["--port", "x"], ["--workers", "0"]])
def test_a_number_that_is_none_is_a_usage_error(option):
    with pytest.raises(SystemExit) as caught:
        cli.main(["serve", *option])
    assert caught.value.code == exit_codes.USAGE


def test_a_model_to_offer_that_is_none_is_one_sentence(capsys):
    assert cli.main(["serve", "--models", "nobody"]) == exit_codes.COULD_NOT
    assert "nobody" in capsys.readouterr().err


def test_public_without_what_it_needs_is_refused(capsys, tmp_path):
    assert cli.main(["serve", "--public", "--name", "ct.example"]) == exit_codes.COULD_NOT
    assert "missing: --certificate, --key, --token-file" in capsys.readouterr().err


def test_what_is_for_public_alone_is_refused_without_it(capsys, tmp_path):
    assert cli.main(["serve", "--token-file", str(tmp_path / "token")]) == exit_codes.COULD_NOT
    assert "--public" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "mode"), [("short", 0o600), (TOKEN, 0o644), ("a b" * 20, 0o600)])
def test_a_weak_or_shared_token_is_refused(capsys, tmp_path, text, mode):
    token = tmp_path / "token"
    token.write_text(text)
    token.chmod(mode)
    pem = ["--certificate", str(tmp_path / "c"), "--key", str(tmp_path / "k"), "--token-file", str(token)]
    assert cli.main(["serve", "--public", "--name", "ct.example", *pem]) == exit_codes.COULD_NOT
    assert "token" in capsys.readouterr().err


def test_a_certificate_that_is_none_is_one_sentence(capsys, tmp_path):
    for name, text in (("token", TOKEN), ("c", "no"), ("k", "no")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    pem = ["--certificate", str(tmp_path / "c"), "--key", str(tmp_path / "k")]
    arguments = ["--name", "ct.example", *pem, "--token-file", str(tmp_path / "token"), "--port", "0"]
    assert cli.main(["serve", "--public", *arguments]) == exit_codes.COULD_NOT
    assert "PEM" in capsys.readouterr().err


@pytest.mark.parametrize("absent", ["starlette", "uvicorn", "python_multipart", "lungview.serve"])
def test_without_the_extra_it_says_what_to_install(monkeypatch, capsys, absent):
    for name in [n for n in sys.modules if n.startswith(("lungview.serve", f"{absent}."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, absent, None)
    assert cli.main(["serve"]) == exit_codes.COULD_NOT
    assert "pip install lungview[serve]" in capsys.readouterr().err
