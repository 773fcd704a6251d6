"""PyTorch files as versions before 1.6 wrote them, byte for byte, for tests without PyTorch."""

import pickle
import struct

import numpy as np

_KINDS = {"<f4": "FloatStorage", "<i8": "LongStorage"}


def _text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def _numbers(values: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(b"J" + struct.pack("<i", v) for v in values) + b"t"


def tensor(key: str, values: np.ndarray, *, offset: int = 0, stride: tuple[int, ...] | None = None) -> bytes:
    """The opcodes that leave a tensor on the stack; its storage is `values` in memory's order."""
    steps = stride or tuple(s // values.itemsize for s in values.strides)
    storage = (
        b"(" + _text("storage") + b"ctorch\n" + _KINDS[values.dtype.str].encode() + b"\n" + _text(key)
    ) + (_text("cpu") + b"J" + struct.pack("<i", values.size) + b"NtQ")
    arguments = storage + b"J" + struct.pack("<i", offset) + _numbers(values.shape) + _numbers(steps)
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + arguments + b"\x89ccollections\nOrderedDict\n)RtR"


def whole(body: bytes, storages: dict[str, np.ndarray]) -> bytes:
    """A file whose fourth pickle is `body`."""
    head = (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})
    content = b"".join(pickle.dumps(v, protocol=2) for v in head)
    content += b"\x80\x02" + body + b"." + pickle.dumps(list(storages), protocol=2)
    flat = (v.ravel(order="K") for v in storages.values())
    return content + b"".join(struct.pack("<q", v.size) + v.tobytes() for v in flat)


def written(tensors: dict[str, np.ndarray]) -> bytes:
    """A file of tensors by name, each with a storage of its own."""
    storages = {str(i): values for i, values in enumerate(tensors.values())}
    rows = (_text(name) + tensor(str(i), values) for i, (name, values) in enumerate(tensors.items()))
    return whole(b"ccollections\nOrderedDict\n)R(" + b"".join(rows) + b"u", storages)
