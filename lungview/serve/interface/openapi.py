"""The description of the interface (OpenAPI 3.1), made of the types that the program itself is held to."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from lungview import __version__
from lungview.report.content import RESEARCH_USE
from lungview.serve.interface import shapes
from lungview.serve.problem import MEDIA_TYPE, TITLES
from lungview.serve.uploads.question import FIELDS, FORMATS, PATIENTS

Schema = dict[str, Any]
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def schema(kind: Any) -> Schema:
    """The JSON Schema of a type of `shapes`."""
    if kind is Any:
        return {}
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if is_typeddict(kind):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    origin, inner = get_origin(kind), get_args(kind)
    if origin is NotRequired:
        return schema(inner[0])
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is list:
        return {"type": "array", "items": schema(inner[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema(inner[1])}
    assert origin in (Union, types.UnionType), kind
    return {"anyOf": [schema(each) for each in inner]}


def _object(kind: Any) -> Schema:
    hints = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        "description": inspect.getdoc(kind) or "",
        "properties": {name: schema(hint) for name, hint in hints.items()},
        "required": [name for name, hint in hints.items() if get_origin(hint) is not NotRequired],
    }


def _shapes() -> Iterator[tuple[str, Schema]]:
    for name, kind in vars(shapes).items():
        if is_typeddict(kind):
            yield name, _object(kind)


_SAID: dict[str, Schema] = {
    "model": {
        "type": "array",
        "items": {"type": "string"},
        "description": "ids of /models; else the default",
    },
    "frame": {"type": "integer", "minimum": 0, "description": "the only frame that is asked about, from 0"},
    "member": {"type": "string", "description": "the only member of a zip that is asked about"},
    "override": {"enum": ["true", "false"], "description": "judge what the gate refuses; it is recorded"},
    "heat_maps": {"enum": ["true", "false"], "description": "with a heat map of every class"},
    "format": {"enum": list(FORMATS), "default": "json"},
    "class_key": {"type": "string", "description": "whose heat map a PDF shows"},
    "patient": {"enum": list(PATIENTS), "default": "full", "description": "how much of it a PDF shows"},
    "at": {"type": "string", "description": "X,Y,Z: a place in the patient, mm"},
    "slice": {"type": "integer", "minimum": 0, "description": "of the box in a series, from 0"},
}
_BOX = {
    "classify": "TOP,LEFT,BOTTOM,RIGHT: the nodule, px; for models that need a box",
    "findings": "X0,Y0,X1,Y1: the nodule that a reader names, px",
}
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}


def _form(kind: str) -> Schema:
    fields: Schema = {"file": _FILES}
    for name in ("model", *FIELDS[kind]) if kind != "pictures" else ():
        fields[name] = {"type": "string", "description": _BOX[kind]} if name == "box" else _SAID[name]
    body = {"type": "object", "properties": fields, "required": ["file"]}
    return {"required": True, "content": {"multipart/form-data": {"schema": body}}}


def _content(media_type: str, kind: Any = None) -> Schema:
    return {media_type: {"schema": schema(kind) if kind else {"type": "string", "format": "binary"}}}


def _operation(said: str, answers: Schema, problems: tuple[int, ...], form: str = "") -> Schema:
    problem = _content(MEDIA_TYPE, shapes.ProblemAnswer)
    responses = {str(status): {"description": TITLES[status], "content": problem} for status in problems}
    responses["200"] = {"description": said, "content": answers}
    found: Schema = {"summary": said, "responses": responses}
    return found | ({"requestBody": _form(form)} if form else {})


_ASKED = (401, 403, 421)
_POSTED = (400, 401, 403, 404, 408, 411, 413, 415, 421, 422, 500, 503, 504)


def description() -> Schema:
    """The whole document."""
    said = "Classify pictures: probabilities, verdict and heat maps, as JSON, CSV or PDF"
    classify = {
        **_content("application/json", shapes.ClassifyAnswer),
        **_content("text/csv"),
        **_content("application/pdf"),
    }
    findings = _content("application/json", shapes.FindingsAnswer)
    pixels = _content("application/octet-stream")
    paths = {
        "/api/v1/classify": {"post": _operation(said, classify, _POSTED, "classify")},
        "/api/v1/findings": {"post": _operation("Look for nodules in series", findings, _POSTED, "findings")},
        "/api/v1/pictures": {"post": _operation("The pixels of a small series", pixels, _POSTED, "pictures")},
        "/api/v1/models": {
            "get": _operation("The models", _content("application/json", shapes.Models), _ASKED)
        },
        "/api/v1/health": {
            "get": _operation("Is it there", _content("application/json", shapes.Health), (421,))
        },
        "/api/v1/metrics": {"get": _operation("For Prometheus", _content("text/plain"), _ASKED)},
    }
    info = {"title": "LungView", "version": __version__, "description": RESEARCH_USE}
    bearer = {"type": "http", "scheme": "bearer"}
    components = {"schemas": dict(_shapes()), "securitySchemes": {"token": bearer}}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": components}
