"""The tensors of a PyTorch file of before version 1.6, without PyTorch, and without running what is in it.

Such a file is five pickles (a magic number, the version, the machine, the tensors by name, the storages'
keys) and then the storages' values. A pickle may call anything; this one may make dictionaries and say
which part of which storage a tensor is, and that is all.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
import re
import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided

from lungview.errors import WeightsError

_MAGIC = 0x1950A86A20F9469CFC6C
_TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
# What makes plain values, containers and the calls that `_Reader` lets through; no other way to an object.
_OPCODES = re.compile(
    "PROTO|STOP|MARK|GLOBAL|REDUCE|BUILD|BINPERSID|(LONG_)?BINPUT|(LONG_)?BINGET|NONE|NEWTRUE|NEWFALSE|BININT[12]?"
    "|LONG1|BINUNICODE|EMPTY_(TUPLE|LIST|DICT)|TUPLE[123]?|APPENDS?|SETITEMS?"
)
# What reading a pickle that is cut off, or that does not make sense, may lead to.
_BROKEN = (pickle.UnpicklingError, ValueError, TypeError, AttributeError, LookupError, EOFError, struct.error)


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    type: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class _Part:
    """A tensor as the file tells it: which values of a storage it is."""

    storage: _Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]

    def of(self, values: np.ndarray) -> np.ndarray:
        last = self.offset + sum((n - 1) * step for n, step in zip(self.size, self.stride, strict=True))
        if min(self.size, default=1) < 1 or min(0, self.offset, *self.stride) < 0 or last >= len(values):
            raise ValueError("a tensor does not lie in its storage")
        steps = [step * values.itemsize for step in self.stride]
        if math.prod(self.size) > len(values):
            raise ValueError("a tensor is larger than its storage")
        return as_strided(values[self.offset :], self.size, steps, writeable=False)


class _Rebuild:
    """Stands for `torch._utils._rebuild_tensor_v2`. Nothing can be set on it."""

    __slots__ = ()

    def __call__(self, storage: _Storage, offset: int, size: Any, stride: Any, *_: object) -> _Part:
        return _Part(storage, int(offset), tuple(map(int, size)), tuple(map(int, stride)))


class _Reader(pickle.Unpickler):
    ALLOWED: ClassVar[dict[str, Any]] = {
        "collections.OrderedDict": OrderedDict,
        "torch._utils._rebuild_tensor_v2": _Rebuild(),
        **{f"torch.{name}": kind for name, kind in _TYPES.items()},
    }

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self.ALLOWED[f"{module}.{name}"]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}") from None

    def persistent_load(self, pid: Any) -> _Storage:
        _kind, dtype, key, *_ = pid
        return _Storage(str(key), np.dtype(dtype))


def read(path: Path) -> dict[str, np.ndarray]:
    """The tensors by name, float32 or int64. Raises WeightsError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"the weights cannot be read ({error.strerror})", path) from error
    try:
        return _tensors(content)
    except _BROKEN as error:
        sentence = str(error).partition("\n")[0] or type(error).__name__
        raise WeightsError(f"not a file of tensors that is read here ({sentence})", path) from error


def _tensors(content: bytes) -> dict[str, np.ndarray]:
    file = io.BytesIO(content)
    if _value(file) != _MAGIC:
        raise ValueError("its first number is another")
    _version, _machine = _value(file), _value(file)
    parts, keys = _value(file), _value(file)
    if not isinstance(parts, dict) or not all(isinstance(part, _Part) for part in parts.values()):
        raise ValueError("it holds something else than tensors by name")
    types = {part.storage.key: part.storage.type for part in parts.values()}
    values = {key: _stored(file, types[key]) for key in keys}
    return {str(name): part.of(values[part.storage.key]) for name, part in parts.items()}


def _value(file: io.BytesIO) -> Any:
    """The next pickle's value, after a look at what it does. Raises one of _BROKEN."""
    start = file.tell()
    for opcode, argument, place in pickletools.genops(file):
        if not _OPCODES.fullmatch(opcode.name):
            raise pickle.UnpicklingError(f"it does {opcode.name} at {place}")
        # The memo is a table as long as its greatest number.
        if opcode.name == "LONG_BINPUT" and int(argument or 0) > file.tell():
            raise pickle.UnpicklingError(f"it numbers a value {argument}")
    file.seek(start)
    return _Reader(file).load()


def _stored(file: io.BytesIO, kind: np.dtype[Any]) -> np.ndarray:
    (count,) = struct.unpack("<q", file.read(8))
    data = file.read(count * kind.itemsize) if count >= 0 else b""
    if count < 0 or len(data) != count * kind.itemsize:
        raise ValueError("its values end early")
    return np.frombuffer(data, kind)
