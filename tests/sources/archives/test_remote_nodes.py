"""Nodes in the settings: checked, kept, and a bad one said in words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lungview import settings
from lungview.remote_nodes import DicomNode, Tls, WebNode, checked, from_address

ARCHIVE = DicomNode(
    "archive", "PACS", "10.0.0.1", 104, own_port=11112, tls=Tls("/ca.pem", "/me.pem", "/me.key")
)
WEB = WebNode("web", "https://pacs.example/dicom-web", "bearer")


def test_nodes_survive_saving_and_loading() -> None:
    nodes = {"archive": ARCHIVE, "web": WEB}
    settings.save(replace(settings.Settings(), nodes=nodes))
    assert dict(settings.load().settings.nodes) == nodes


def test_no_password_is_in_the_settings_file() -> None:
    settings.save(
        replace(settings.Settings(), nodes={"web": replace(WEB, authentication="basic", user="me")})
    )
    told = json.loads(settings.default_path().read_text())["nodes"]["web"]
    assert set(told) == {"url", "authentication", "user"}


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"ae_title": "A" * 17, "host": "h", "port": 104}, "AE title"),
        ({"ae_title": "A\\B", "host": "h", "port": 104}, "AE title"),
        ({"ae_title": "  ", "host": "h", "port": 104}, "AE title"),
        ({"ae_title": "A", "host": "", "port": 104}, "host"),
        ({"ae_title": "A", "host": "h", "port": 0}, "port"),
        ({"ae_title": "A", "host": "h", "port": "104"}, "whole number"),
        ({"ae_title": "A", "host": "h", "port": True}, "whole number"),
        ({"ae_title": "A", "host": "h"}, "port"),
        ({"ae_title": "A", "host": "h", "port": 104, "colour": "red"}, "colour"),
        ({"ae_title": "A", "host": "h", "port": 104, "timeout_s": 0}, "timeout"),
        ({"ae_title": "A", "host": "h", "port": 104, "tls": {"ca": "x"}}, "authorities"),
        ({"url": "ftp://h"}, "URL"),
        ({"url": "https://me:secret@h/"}, "without user and password"),
        ({"url": "https://h", "authentication": "digest"}, "bearer"),
    ],
)
def test_a_node_that_cannot_be_used_is_said_to_be_one(item: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked({"a": item})


def test_an_address_is_a_node_of_its_own() -> None:
    found = from_address("PACS@[::1]:11112")
    assert found is not None
    assert (found.ae_title, found.host, found.port) == ("PACS", "::1", 11112)
    assert from_address("archive") is None
