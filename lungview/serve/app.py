"""The application: routes to the desk, files of the page, and every failure as a problem."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from lungview.serve import metrics
from lungview.serve.answers.desk import Desk
from lungview.serve.answers.job import Job
from lungview.serve.answers.worker import Setting
from lungview.serve.guard import API, LOOPBACK, Guard
from lungview.serve.interface import openapi
from lungview.serve.interface.models import models
from lungview.serve.interface.shapes import Health
from lungview.serve.limits import Limits
from lungview.serve.metrics import Metrics
from lungview.serve.offer import Offer
from lungview.serve.problem import MEDIA_TYPE, Problem
from lungview.serve.uploads.question import FIELDS, Question, question
from lungview.serve.uploads.receive import Form, receive
from lungview.serve.uploads.scratch import Scratch, Visit
from lungview.version import program

STATIC = Path(__file__).parent / "static"
_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
_NAME = "lungview-research-use-only"
_DRAINED = 8 << 20  # bytes of a refused body that are still read, so that the refusal is heard
_DRAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Service:
    """What one server is made of. workers, threads: processes, and threads of a network in each."""

    offer: Offer
    workers: int
    threads: int = 1
    limits: Limits = Limits()  # noqa: RUF009 -- frozen
    hosts: Sequence[str] = LOOPBACK
    token: str = ""
    secure: bool = False


def application(service: Service) -> ASGIApp:
    """The whole server; its workers start and end with it."""
    counts = Metrics()
    rooms = _Rooms(service, counts)
    routes = [
        *(Route(f"/{kind}", rooms.post(kind), methods=["POST"]) for kind in FIELDS),
        Route("/models", rooms.models),
        Route("/health", rooms.health),
        Route("/metrics", rooms.metrics),
        Route("/openapi.json", rooms.openapi),
    ]
    handlers = {Problem: _problem, HTTPException: _http_problem, ClientDisconnect: _gone, Exception: _fault}
    app = Starlette(
        routes=[Mount(API, routes=routes), Mount("/", _Page(directory=STATIC, html=True))],
        exception_handlers=handlers,
        lifespan=rooms.lifespan,
    )
    known = [f"{API}{route.path}" for route in routes]
    return Guard(app, service.hosts, counts, known, service.token, secure=service.secure)


class _Page(StaticFiles):
    """The page's own files, each small and whole; a browser asks each time whether they have changed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A server may ignore Range (RFC 9110, 14.2); a wrong one would be answered in no problem's form.
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": headers}, receive, send)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


Endpoint = Callable[[Request], Awaitable[Response]]


class _Rooms:
    """The endpoints, and what they share."""

    def __init__(self, service: Service, counts: Metrics) -> None:
        self._service, self._limits, self._counts = service, service.limits, counts
        self._models = models(service.offer, service.limits)
        self._description = openapi.description()
        self._scratch: Scratch
        self._desk: Desk

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        service = self._service
        self._scratch = Scratch(service.limits)
        setting = Setting(service.limits, service.offer, service.threads, self._scratch.root)
        self._desk = Desk(setting, service.workers)
        try:
            yield
        finally:
            self._desk.close()
            self._scratch.close()

    def post(self, kind: str) -> Endpoint:
        """The endpoint that hands its files to a worker."""

        async def endpoint(request: Request) -> Response:
            visit: Visit | None = None
            try:
                visit = self._scratch.visit(_length(request))
                form = await self._form(request, visit)
                job = Job(kind, tuple(form.uploads), question(kind, form.fields))
            except BaseException as error:
                if visit is not None:
                    visit.close()
                if isinstance(error, Problem):
                    await _drain(request)
                raise
            return await self._answer(job, visit)

        return endpoint

    async def _form(self, request: Request, visit: Visit) -> Form:
        content_type = request.headers.get("content-type", "")
        try:
            async with asyncio.timeout(self._limits.upload_seconds):
                return await receive(content_type, request.stream(), visit.folder, self._limits)
        except TimeoutError:
            raise Problem(408, "TookTooLong", "the upload took too long") from None

    async def _answer(self, job: Job, visit: Visit) -> Response:
        self._counts.bytes += visit.size
        long = job.kind == "findings"
        seconds = self._limits.findings_seconds if long else self._limits.answer_seconds
        parts = self._desk.parts(job, visit, seconds)
        first = await anext(parts, b"")
        if job.kind == "pictures":
            return StreamingResponse(_after(first, parts), media_type="application/octet-stream")
        rest = [part async for part in parts]
        return _response(b"".join([first, *rest]), job.question)

    async def models(self, _request: Request) -> Response:
        return JSONResponse(self._models)

    async def health(self, _request: Request) -> Response:
        alive = self._desk.alive
        body = Health(
            status="ok" if alive == self._service.workers else "degraded",
            program=program(),
            workers=alive,
            models=len(self._service.offer.entries),
        )
        return JSONResponse(body)

    async def metrics(self, _request: Request) -> Response:
        gauges = {
            "lungview_visits": ("Requests with an upload that are inside.", self._scratch.visits),
            "lungview_visit_bytes": ("Bytes of their uploads.", self._scratch.bytes),
            "lungview_workers": ("Worker processes that are alive.", self._desk.alive),
            "lungview_worker_deaths": ("Workers that were replaced.", self._desk.deaths),
        }
        return PlainTextResponse(self._counts.text(gauges), media_type=metrics.MEDIA_TYPE)

    async def openapi(self, _request: Request) -> Response:
        return JSONResponse(self._description)


def _length(request: Request) -> int:
    """The length that the body is said to have, before a byte of it is read. Raises Problem."""
    said = request.headers.get("content-length", "")
    if not (said.isascii() and said.isdigit()):
        raise Problem(411, "NoLength", "expected the length of the upload (Content-Length), found none")
    return int(said)


async def _drain(request: Request) -> None:
    """Read a little on: a browser that is cut off in the middle of its upload does not hear why."""
    until, left = time.monotonic() + _DRAIN_SECONDS, _DRAINED
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for chunk in request.stream():
                left -= len(chunk)
                if left < 0 or time.monotonic() > until:
                    return
    except (TimeoutError, RuntimeError, ClientDisconnect):
        return


async def _after(first: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in parts:
        yield part


def _response(body: bytes, asked: Question) -> Response:
    response = Response(body, media_type=_TYPES[asked.format])
    if asked.format != "json":
        response.headers["Content-Disposition"] = f'attachment; filename="{_NAME}.{asked.format}"'
    return response


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    headers = {"Retry-After": "2"} if error.status == 503 else None
    return Response(error.to_json(), error.status, headers, MEDIA_TYPE)


async def _http_problem(request: Request, error: Exception) -> Response:
    """What the router refuses: a path or a method that is none."""
    assert isinstance(error, HTTPException)
    said = {404: "there is nothing at this address", 405: "this address is not asked in this way"}
    detail = said.get(error.status_code, "the request could not be answered")
    response = await _problem(request, Problem(error.status_code, "NoSuchAddress", detail))
    response.headers.update(error.headers or {})
    return response


async def _fault(_request: Request, error: Exception) -> Response:
    """A fault of the program; the log has it."""
    return Response(
        Problem(500, "Fault", f"the server failed on this request ({type(error).__name__})").to_json(),
        500,
        media_type=MEDIA_TYPE,
    )


async def _gone(_request: Request, _error: Exception) -> Response:
    """The visitor left in the middle of his upload: nobody reads this."""
    return Response(status_code=400)
