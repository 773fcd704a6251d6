"""As much of JSON Schema as the interface's description uses, to hold answers against it."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def check(value: Any, name: str, description: dict[str, Any]) -> None:
    """Fail unless a value is what the description calls `name`."""
    shapes = description["components"]["schemas"]
    assert not (wrong := _wrong(value, shapes[name], shapes, name)), wrong


def _wrong(value: Any, schema: dict[str, Any], shapes: dict[str, Any], where: str) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _wrong(value, shapes[name], shapes, where)
    if "anyOf" in schema:
        found = [_wrong(value, each, shapes, where) for each in schema["anyOf"]]
        return "" if "" in found else "; ".join(found)
    if "enum" in schema:
        return "" if value in schema["enum"] else f"{where}: {value!r} is none of {schema['enum']}"
    if "type" not in schema:
        return ""
    if not isinstance(value, _TYPES[schema["type"]]):
        return f"{where}: {value!r} is no {schema['type']}"
    if schema["type"] == "array":
        return "; ".join(filter(None, (_wrong(v, schema["items"], shapes, f"{where}[]") for v in value)))
    return _wrong_object(value, schema, shapes, where) if schema["type"] == "object" else ""


def _wrong_object(value: dict[str, Any], schema: dict[str, Any], shapes: dict[str, Any], where: str) -> str:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    if missing := set(schema.get("required", ())) - set(value):
        return f"{where}: missing {sorted(missing)}"
    return "; ".join(
        filter(None, (_wrong(v, properties.get(k, others), shapes, f"{where}.{k}") for k, v in value.items()))
    )


def data(url: str) -> bytes:
    """The bytes of a data URL."""
    return base64.b64decode(url.partition(",")[2])


def records(body: bytes) -> list[Any]:
    """The head of a body of /pictures, then each record with its pixels."""
    found: list[Any] = []
    while body:
        (length,) = struct.unpack_from("<I", body)
        about = json.loads(body[4 : 4 + length])
        size = about.get("bytes", 0)
        found.append((about, body[4 + length : 4 + length + size]))
        body = body[4 + length + size :]
    return [found[0][0], *found[1:]]
