"""Tables of a DICOM file, the Modality LUT and the VOI LUT: PS3.3 C.11.1, C.11.2."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, Sequence

from lungview.image.window import to_uint8
from tests.image.readers import files


def _lut_item(first: int, bits: int, entries: list[int]) -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, "US", [len(entries), first, bits])
    item.add_new(0x00283006, "US", entries)
    return item


def test_a_modality_lut_maps_and_holds_its_ends(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.ModalityLUTSequence = Sequence([_lut_item(2, 16, [100, 200, 300])])
        made.ModalityLUTSequence[0].ModalityLUTType = "OD"

    slice_ = files.read(tmp_path, change)
    assert slice_.values[0, :7].tolist() == [100, 100, 100, 200, 300, 300, 300]
    assert slice_.unit == "OD"


def test_a_voi_lut_comes_behind_the_plain_windows(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.VOILUTSequence = Sequence([_lut_item(10, 12, [0, 2000, 4095])])
        made.VOILUTSequence[0].LUTExplanation = "CONTRAST"

    window = files.read(tmp_path, change).windows[-1]
    assert window.lut is not None
    assert (window.name, window.lut.first, window.lut.bits) == ("CONTRAST", 10, 12)
    assert window.lut.table.tolist() == [0, 2000, 4095]


def test_a_voi_lut_of_hu_begins_below_zero(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:  # stored unsigned, rescaled by −1024; written as US, 65536 − 1000
        made.VOILUTSequence = Sequence([_lut_item(64536, 12, [0, 2000, 4095])])

    window = files.read(tmp_path, change).windows[-1]
    assert window.lut is not None
    assert window.lut.first == -1000


def test_a_short_voi_lut_is_left_out_and_said(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        item = _lut_item(10, 12, [0, 2000, 4095])
        item.LUTDescriptor = [9, 10, 12]
        made.VOILUTSequence = Sequence([item])

    slice_ = files.read(tmp_path, change)
    assert all(w.lut is None for w in slice_.windows)
    assert "VOI LUT" in slice_.warnings[0]


@pytest.mark.parametrize("item", [Dataset(), _lut_item(0, 16, [])])
def test_an_empty_modality_lut_gives_way_to_the_rescale(item: Dataset, tmp_path: Path) -> None:
    if "LUTDescriptor" in item:
        item.LUTDescriptor, item.LUTData = None, None

    def change(made: Dataset) -> None:
        made.ModalityLUTSequence = Sequence([item])

    slice_ = files.read(tmp_path, change)
    assert slice_.values[0, 3] == 3 - 1024
    assert "the Modality LUT is empty" in slice_.warnings[0]


# XA, XRF, XA bi-plane: dcm2pnm shows the stored values; with a CT's SOP class it applies the table.
@pytest.mark.parametrize("rescaled", [True, False])
@pytest.mark.parametrize("sop_class", ["1", "2", "3"])
def test_the_modality_lut_of_an_angiogram_is_not_for_display(
    sop_class: str, rescaled: bool, tmp_path: Path
) -> None:
    def change(made: Dataset) -> None:
        made.SOPClassUID, made.Modality = f"1.2.840.10008.5.1.4.1.1.12.{sop_class}", "XA"
        if not rescaled:
            made.ModalityLUTSequence = Sequence([_lut_item(0, 16, [900, 800, 700])])

    slice_ = files.read(tmp_path, change)
    assert slice_.values[0, :4].tolist() == [0, 1, 2, 3]
    assert "not for display" in slice_.warnings[0]


@pytest.mark.parametrize(("bits", "top"), [(16, 4095), (16, 255), (12, 1023), (8, 4095)])
def test_a_voi_lut_is_as_wide_as_its_entries_and_said(bits: int, top: int, tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.VOILUTSequence = Sequence([_lut_item(0, bits, [0, top // 2, top])])

    slice_ = files.read(tmp_path, change)
    lut = slice_.windows[-1].lut
    assert lut is not None
    assert lut.bits == top.bit_length()
    assert to_uint8(np.array([0.0, 2.0]), slice_.windows[-1]).tolist() == [0, 255]
    assert f"a VOI LUT says {bits} bits and uses {top.bit_length()}" in slice_.warnings[0]


@pytest.mark.parametrize("shared", [True, False])
def test_a_voi_lut_of_a_functional_group_counts_before_the_file_s(shared: bool, tmp_path: Path) -> None:
    """PS3.3 C.7.6.16.2.10b: the tables of a frame stand in its Frame VOI LUT Sequence."""

    def change(made: Dataset) -> None:
        for keyword in ("WindowCenter", "WindowWidth"):
            delattr(made, keyword)
        made.VOILUTSequence = Sequence([_lut_item(0, 12, [4095, 4095])])
        look, group = Dataset(), Dataset()
        look.VOILUTSequence = Sequence([_lut_item(65536 - 1024, 8, [255, 128, 0])])
        group.FrameVOILUTSequence = Sequence([look])
        made.SharedFunctionalGroupsSequence = Sequence([group if shared else Dataset()])
        made.PerFrameFunctionalGroupsSequence = Sequence([Dataset() if shared else group])

    slice_ = files.read(tmp_path, change)
    (window,) = slice_.windows
    assert to_uint8(slice_.values[0, :5], window).tolist() == [255, 128, 0, 0, 0]


@pytest.mark.parametrize("vr", ["OW", "OB", "UN"])
def test_a_table_of_the_wrong_vr_is_read_by_its_bytes(vr: str, tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        item = Dataset()
        item.add_new(0x00283002, vr, np.array([3, 64536, 12], "<u2").tobytes())
        item.add_new(0x00283006, vr, np.array([0, 2000, 4095], "<u2").tobytes())
        made.VOILUTSequence = Sequence([item])

    lut = files.read(tmp_path, change).windows[-1].lut
    assert lut is not None
    assert (lut.first, lut.table.tolist()) == (-1000, [0, 2000, 4095])


def test_a_first_value_written_with_a_sign_is_negative(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        item = Dataset()
        item.add_new(0x00283002, "SS", [3, -1000, 12])
        item.add_new(0x00283006, "US", [0, 2000, 4095])
        made.VOILUTSequence = Sequence([item])

    lut = files.read(tmp_path, change).windows[-1].lut
    assert lut is not None
    assert lut.first == -1000
