"""The application in this process: bounds that a full-sized server reaches too seldom to test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from lungview.serve.app import Service, application
from lungview.serve.limits import Limits
from lungview.serve.offer import Offer

HERE = "http://localhost"
Asking = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


@asynccontextmanager
async def started(app: Any) -> AsyncIterator[None]:
    """The application between its start and its end, as a server has it (ASGI's lifespan)."""
    told: asyncio.Queue[str] = asyncio.Queue()
    said: asyncio.Queue[str] = asyncio.Queue()

    async def receive() -> dict[str, Any]:
        return {"type": await told.get()}

    async def send(message: dict[str, Any]) -> None:
        said.put_nowait(message["type"])

    task = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send))
    told.put_nowait("lifespan.startup")
    assert await said.get() == "lifespan.startup.complete"
    yield
    told.put_nowait("lifespan.shutdown")
    await task


def answer(limits: Limits, asking: Asking) -> httpx.Response:
    async def run() -> httpx.Response:
        app = application(Service(Offer(()), workers=1, limits=limits))
        transport = httpx.ASGITransport(app)
        async with (
            started(app),
            httpx.AsyncClient(transport=transport, base_url=HERE) as client,
        ):
            return await asking(client)

    return asyncio.run(run())


async def upload(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/api/v1/classify", files={"file": ("a.png", bytes(5000))})


async def stalling(client: httpx.AsyncClient) -> httpx.Response:
    async def body() -> AsyncIterator[bytes]:
        yield b"--x\r\n"
        await asyncio.sleep(30)

    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": "500"}
    return await client.post("/api/v1/classify", content=body(), headers=headers)


@pytest.mark.parametrize(
    ("limits", "asking", "status"),
    [
        (Limits(waiting=0), upload, 503),
        (Limits(upload=10), upload, 413),
        (Limits(upload_seconds=0.2), stalling, 408),
    ],
)
def test_a_bound_that_is_reached_is_a_problem_before_any_worker_hears_of_it(limits, asking, status):
    found = answer(limits, asking)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert ("retry-after" in found.headers) == (status == 503)


def test_without_models_it_says_so():
    found = answer(Limits(), upload)
    assert (found.status_code, found.json()["reason"]) == (404, "NoSuchModel")


def test_a_web_socket_is_refused():
    sent: list[dict[str, Any]] = []

    async def run() -> None:
        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        app = application(Service(Offer(()), workers=1))
        await app({"type": "websocket", "path": "/", "headers": []}, None, send)

    asyncio.run(run())
    assert sent == [{"type": "websocket.close", "code": 1008}]
