"""Tensors of old PyTorch files: read without PyTorch, and nothing else is done that the file asks for."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from lungview.errors import WeightsError
from lungview.training.networks import torch_file
from tests.training.torch_files import tensor, whole, written

VALUES = np.arange(6, dtype="<f4").reshape(2, 3)


def _read(folder: Path, content: bytes) -> dict[str, np.ndarray]:
    (folder / "w.pth").write_bytes(content)
    return torch_file.read(folder / "w.pth")


def _of(folder: Path, body: bytes) -> dict[str, np.ndarray]:
    return _read(folder, whole(b"}X\x01\x00\x00\x00a" + body + b"s", {"0": VALUES}))


def test_tensors_come_back_by_name_turned_and_of_whole_numbers_too(tmp_path: Path) -> None:
    given = {"a.weight": VALUES, "b": VALUES.T, "count": np.array([7], "<i8")}
    found = _read(tmp_path, written(given))
    assert found.keys() == given.keys()
    for name, values in given.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].dtype == values.dtype


class _Command:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("where", range(5))
def test_a_file_that_calls_something_is_refused_and_nothing_is_called(tmp_path: Path, where: int) -> None:
    mark = tmp_path / "called"
    parts = [pickle.dumps(v, protocol=2) for v in (torch_file._MAGIC, 1001, {}, {}, [])]
    parts[where] = pickle.dumps(_Command(mark), protocol=2)
    with pytest.raises(WeightsError, match=r"it asks for (posix|nt)\.mkdir"):
        _read(tmp_path, b"".join(parts))
    assert not mark.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"cbuiltins\neval\n(X\x03\x00\x00\x001+1tR",
        b"ctorch\nload\n)R",
        b"ctorch._utils\n__builtins__\n",
        b"ccollections\nOrderedDict.__class__\n",
        b"\x8c\x02os\x8c\x06system\x93",  # STACK_GLOBAL
        b"(ios\nsystem\n",  # INST
        b"ccollections\nOrderedDict\n)\x81",  # NEWOBJ
        b"\x82\x01",  # EXT1
        b"Nr\xff\xff\xff\x7f",  # a memo of two milliards
        b"ctorch._utils\n_rebuild_tensor_v2\n}X\x08\x00\x00\x00__call__Nsb",  # sets what is called
    ],
)
def test_other_ways_to_an_object_are_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(WeightsError, match="not a file of tensors") as caught:
        _of(tmp_path, body)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "body",
    [
        tensor("0", VALUES, offset=1),
        tensor("0", VALUES, offset=-1),
        tensor("0", VALUES, stride=(-3, 1)),
        tensor("0", VALUES, stride=(30_000, 1)),
        tensor("0", VALUES, stride=(3,)),
        tensor("0", np.broadcast_to(VALUES[0], (9, 3)), stride=(0, 1)),
        tensor("1", VALUES),
    ],
)
def test_a_tensor_outside_its_storage_is_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(WeightsError, match="not a file of tensors"):
        _of(tmp_path, body)


def test_a_file_that_ends_early_anywhere_is_one_sentence(tmp_path: Path) -> None:
    content = written({"a": VALUES})
    assert _read(tmp_path, content).keys() == {"a"}
    for length in range(len(content)):
        with pytest.raises(WeightsError, match="not a file of tensors"):
            _read(tmp_path, content[:length])


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        torch_file.read(tmp_path / "none.pth")
