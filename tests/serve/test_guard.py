"""Who may ask: this computer's own browser and scripts; a page elsewhere may not, by no name."""

from __future__ import annotations

import socket
import ssl
import sys
from pathlib import Path

import httpx
import pytest

from tests.serve.conftest import TOKEN, for_others, forms, running


def reason(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["reason"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::2]"])
def test_a_request_for_another_host_is_refused(client, host):
    assert reason(client.get("/models", headers={"host": host})) == (421, "WrongHost")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "127.0.0.1:8", "[::1]:5"])
def test_this_computer_is_known_by_its_names_whatever_the_port(client, host):
    assert client.get("/models", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://localhost", "http://localhost:1"])
def test_a_page_of_another_origin_is_refused(client, slices, origin):
    headers = {"host": "localhost", "origin": origin}
    assert reason(client.post("/classify", files=forms(slices[0]), headers=headers)) == (403, "WrongOrigin")


def test_a_page_of_another_site_is_refused_where_it_sends_no_origin(client):
    assert reason(client.get("/models", headers={"sec-fetch-site": "cross-site"})) == (403, "WrongOrigin")


def test_the_own_page_may_ask(client):
    headers = {"host": "localhost:5", "origin": "http://localhost:5", "sec-fetch-site": "same-origin"}
    assert client.get("/models", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/v1/models", "/api/v1/none", "/none"])
def test_every_answer_forbids_the_browser_what_it_does_not_need(served, path):
    answer = httpx.get(served.url.rstrip("/") + path, trust_env=False)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/%2e%2e/app.py", "/..%2fapp.py", "//etc/passwd"])
def test_no_file_outside_the_page_is_sent(served, path):
    host, port = served.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        assert b" 404 " in line.makefile("rb").readline()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's /proc")
@pytest.mark.parametrize("part", ["bytes=0-10", "bytes=99999999-", "bytes=5-1", "lines=1"])
def test_a_file_of_the_page_is_sent_whole_whatever_part_is_asked_for(served, part):
    answer = httpx.get(served.url, headers={"Range": part}, trust_env=False)
    assert answer.status_code == 200
    assert answer.text == httpx.get(served.url, trust_env=False).text


def test_it_listens_on_loopback_alone(served):
    port = int(served.url.rsplit(":", 1)[1].strip("/"))
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]
    assert listening == [f"0100007F:{port:04X}"]


@pytest.fixture(scope="module")
def public(pair, tmp_path_factory):
    """A server for others: (the address, what its certificate is checked with)."""
    folder = tmp_path_factory.mktemp("public")
    with running(folder, *for_others(folder, pair)) as served:
        yield served.url, ssl.create_default_context(cafile=str(pair[0]))


@pytest.mark.parametrize(
    "given", ["", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}"]
)
def test_for_others_nothing_is_answered_without_the_token(public, given):
    url, trust = public
    headers = {"authorization": given} if given else {}
    answer = httpx.get(f"{url}api/v1/models", verify=trust, headers=headers, trust_env=False)
    assert reason(answer) == (401, "NoToken")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_for_others_the_token_opens_it_over_tls(public):
    url, trust = public
    headers = {"authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{url}api/v1/models", verify=trust, headers=headers, trust_env=False)
    assert [model["id"] for model in answer.json()["models"]] == ["tiny"]
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("file", ["", "api.js", "app.js", "style.css", "api/v1/health"])
def test_for_others_the_page_itself_and_its_health_need_no_token(public, file):
    url, trust = public
    assert httpx.get(f"{url}{file}", verify=trust, trust_env=False).status_code == 200


def test_for_others_there_is_no_plain_http(public):
    url, _ = public
    with pytest.raises(httpx.TransportError):
        httpx.get(url.replace("https", "http"), trust_env=False)


def test_for_others_their_own_host_name_is_not_this_one(public):
    url, trust = public
    headers = {"authorization": f"Bearer {TOKEN}", "host": "127.0.0.1"}
    answer = httpx.get(f"{url}api/v1/models", verify=trust, headers=headers, trust_env=False)
    assert reason(answer) == (421, "WrongHost")
