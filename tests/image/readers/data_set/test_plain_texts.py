"""Short ASCII texts are read from their bytes, to the same letters as pydicom makes of them."""

from __future__ import annotations

import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from lungview.image.readers.data_set.values import as_plainly_written, text

STACK_ID = Tag(0x00209056)
PLAIN = [b"A", b"ORIGINAL\\PRIMARY ", b" 1 ", b"20240101120000.5\0", b"1\\", b"\\2"]
ODD = [b"", b"a \\b", b"a\0\\b", b"a\nb", "ü".encode(), b"\x1b$B;3"]


def _with(value: bytes, vr: str) -> Dataset:
    dataset = Dataset()
    dataset[STACK_ID] = RawDataElement(STACK_ID, vr, len(value), value, 0, False, True)
    return dataset


@pytest.mark.parametrize("vr", ["AE", "CS", "DA", "DT", "LO", "SH", "TM"])
def test_a_plain_text_is_what_pydicom_reads_and_is_not_converted(vr: str) -> None:
    for value in PLAIN:
        dataset = _with(value, vr)
        assert as_plainly_written(dataset, "StackID") == text(_with(value, vr), "StackID")
        assert isinstance(dataset.get_item(STACK_ID), RawDataElement)


@pytest.mark.parametrize("value", ODD)
def test_what_is_no_plain_text_is_left_to_pydicom(value: bytes) -> None:
    assert as_plainly_written(_with(value, "LO"), "StackID") is None


def test_numbers_are_no_plain_text() -> None:
    assert as_plainly_written(_with(b"12", "IS"), "StackID") is None
    assert as_plainly_written(Dataset(), "StackID") is None
