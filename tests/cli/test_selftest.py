"""`lungview selftest`: a line a check, and a failure that cannot be missed."""

from __future__ import annotations

import json

import pytest

from lungview.cli import main, selftest
from lungview.image import encode


def test_every_transfer_syntax_decodes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(list(line) == ["check", "ok", "detail"] for line in lines)
    assert sum(line["check"].startswith("decode ") for line in lines) == len(encode.SYNTAXES)


def test_a_check_that_raises_is_reported_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> list[selftest.Result]:
        raise RuntimeError("no such codec")

    def fine() -> list[selftest.Result]:
        return [selftest.Result("fine", True, "")]

    monkeypatch.setattr(selftest, "CHECKS", (broken, fine))
    assert main(["selftest"]) == 1
    assert capsys.readouterr().out == "FAILED broken: RuntimeError: no such codec\nok     fine: \n"
