"""Hostile bytes by the thousand: `python -m tests.image.readers.mutated.fuzz FOLDER COUNT SEED`.

Mutates generated files of every transfer syntax and reads them. Anything but a slice or a ReadError is
printed, and so are pixels that are neither the original's nor another reader's (`explained`), with the file
kept in FOLDER; a crash or a hang ends the process, its case named in FOLDER/now.txt.
"""

from __future__ import annotations

import faulthandler
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image
from pydicom import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended, generate_frames
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless

from lungview.errors import ReadError
from lungview.image import encode, phantom, readers
from lungview.image.readers.source import UNEXPECTED
from lungview.image.slice import Slice
from tests.image.readers.mutated.explained import fault

MOST_SECONDS = 20.0  # a case; normal ones take milliseconds
MOST_MEMORY = 3 << 30
SIDE = 32  # of the odd files, whose three frames are read each
# Values that overflow a size, a count or an offset when they land in one.
EDGES = [
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\x00\x00\x00\x00",
    b"\xff\xd9",
    b"\xff\xda\x00\x02",
    b"\xfe\xff\xdd\xe0\x00\x00\x00\x00",
]


def base_files() -> dict[str, bytes]:
    """One file a transfer syntax, one multi-frame, and one picture a raster format."""
    folder = Path(sys.argv[1])
    thorax = phantom.Thorax(slices=1, matrix=64)
    stored = np.clip(thorax.hu(0) + 1024, 0, 4095)
    dataset = phantom.make_dataset(thorax, 0)
    files: dict[str, bytes] = {}
    for syntax in encode.SYNTAXES:
        bits = 8 if syntax == "1.2.840.10008.1.2.4.50" else 12
        pixels = (stored >> (12 - bits)).astype(np.uint8 if bits == 8 else np.uint16)
        dataset.file_meta.TransferSyntaxUID = syntax
        encode.set_pixels(dataset, [pixels], bits, syntax)
        phantom.save(dataset, folder / "base.dcm")
        files[syntax] = (folder / "base.dcm").read_bytes()
    picture = (stored >> 4).astype(np.uint8)
    for suffix in ("png", "jpg", "tif", "bmp"):
        Image.fromarray(picture).save(folder / f"base.{suffix}")
        files[suffix] = (folder / f"base.{suffix}").read_bytes()
    for packed in ("lzw", "zlib", "packbits", "jpeg"):
        tifffile.imwrite(
            folder / "base.tif", picture, compression=packed, predictor=packed in ("lzw", "zlib")
        )
        files[f"tif {packed}"] = (folder / "base.tif").read_bytes()
    return files


def odd_files() -> dict[str, bytes]:
    """DICOM files whose frames, words, tables and headers are not the usual ones."""
    folder = Path(sys.argv[1])
    stored = np.clip(phantom.Thorax(slices=1, matrix=SIDE).hu(0) + 1024, 0, 4095).astype(np.uint16)
    frames = [stored, stored // 2, stored // 3]
    files: dict[str, bytes] = {}
    for name, syntax, change in ODD:
        dataset = phantom.make_dataset(phantom.Thorax(slices=1, matrix=SIDE), 0)
        dataset.file_meta.TransferSyntaxUID = syntax
        encode.set_pixels(dataset, frames, 12, syntax)
        change(dataset)
        phantom.save(dataset, folder / "base.dcm")
        files[name] = (folder / "base.dcm").read_bytes()
    return files


def _high_bit(dataset: Dataset) -> None:
    dataset.HighBit, dataset.PixelRepresentation = 15, 1


def _packed(dataset: Dataset) -> None:
    dataset.BitsAllocated = 12
    words = np.frombuffer(dataset.PixelData, "<u2").reshape(-1, 2).astype(np.uint32)
    three = (words[:, 0] | words[:, 1] << 12).astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3]
    dataset.PixelData = three.tobytes()


def _fragments(dataset: Dataset) -> None:
    codes = list(generate_frames(dataset.PixelData, number_of_frames=3))
    dataset.PixelData = encapsulate(codes, fragments_per_frame=3)


def _extended(dataset: Dataset) -> None:
    codes = list(generate_frames(dataset.PixelData, number_of_frames=3))
    data, offsets, lengths = encapsulate_extended(codes)
    dataset.PixelData = data
    dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = offsets, lengths


def _no_end(dataset: Dataset) -> None:
    codes = generate_frames(dataset.PixelData, number_of_frames=3)
    dataset.PixelData = encapsulate([code[: code.rindex(b"\xff\xd9")] for code in codes])


def _partial(dataset: Dataset) -> None:
    dataset.PixelData = dataset.PixelData[: SIDE * SIDE * 2]
    dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, 0
    dataset.PhotometricInterpretation = "YBR_PARTIAL_422"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.NumberOfFrames = 8, 8, 7, 1


def _tables(dataset: Dataset) -> None:
    table = Dataset()
    table.add_new(0x00283002, "US", [4096, 0, 16])
    table.add_new(0x00283006, "OW", np.arange(4096, dtype="<u2").tobytes())
    dataset.ModalityLUTSequence, dataset.VOILUTSequence = [table], [table]
    dataset.add_new(0x60000010, "US", SIDE)
    dataset.add_new(0x60000011, "US", SIDE)
    dataset.add_new(0x60000015, "IS", 2)
    dataset.add_new(0x60000051, "US", 2)
    dataset.add_new(0x60003000, "OW", bytes(SIDE * SIDE // 8 * 2))


ODD: tuple[tuple[str, UID, Callable[[Dataset], None]], ...] = (
    ("high bit", ExplicitVRLittleEndian, _high_bit),
    ("high bit of a codestream", JPEG2000Lossless, _high_bit),
    ("packed", ExplicitVRLittleEndian, _packed),
    ("fragments", JPEGLosslessSV1, _fragments),
    ("extended offsets", JPEGLSLossless, _extended),
    ("no end marker", JPEGLosslessSV1, _no_end),
    ("partial colour", ExplicitVRLittleEndian, _partial),
    ("tables", ExplicitVRLittleEndian, _tables),
)


def mutate(content: bytes, rng: np.random.Generator) -> bytes:
    """One to eight changes: flipped bits, edge values, cuts, copies; half of the cases in the last part."""
    data = bytearray(content)
    start = 0 if rng.random() < 0.5 else _payload(content)
    for _ in range(int(rng.integers(1, 9))):
        if len(data) <= start + 8:
            break
        at = int(rng.integers(start, len(data) - 8))
        match int(rng.integers(8)):
            case 0 | 1 | 2:
                data[at] ^= 1 << int(rng.integers(8))
            case 3:
                data[at] = int(rng.integers(256))
            case 4 | 5:
                edge = EDGES[int(rng.integers(len(EDGES)))]
                data[at : at + len(edge)] = edge
            case 6:
                data[at:at] = data[at : at + int(rng.integers(1, 64))]
            case _:
                del data[at : at + int(rng.integers(1, 64))]
    if rng.random() < 0.1:
        del data[int(rng.integers(len(data))) :]
    return bytes(data)


def _payload(content: bytes) -> int:
    """Where the pixels begin, near enough: their element, else the middle of the file."""
    at = max(content.rfind(b"\xe0\x7f\x10\x00"), content.rfind(b"\x7f\xe0\x00\x10"))
    return at if at > 0 else len(content) // 8


def read_every_way(path: Path) -> Slice:
    """Read a file as the command line does, then as the window does. AssertionError when they differ."""
    first = None
    for slice_ in readers.read_frames(path):
        first = slice_.values if first is None else first
    readers.read_header(path)
    alone = readers.read(path)
    equal_nan = alone.values.dtype.kind == "f"
    assert np.array_equal(alone.values, first, equal_nan=equal_nan), "read alone it is another"
    return alone


def _written(content: bytes, path: Path) -> Path:
    """A new file each time: to overwrite one waits for the disk, three milliseconds on ext4."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    return path


def main() -> int:
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    files = {**base_files(), **odd_files()}
    base = folder / "base.dcm"
    whole = {name: readers.read_stored(_written(content, base)) for name, content in files.items()}
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    names = sorted(files)
    read = refused = wrong = 0
    slowest = (0.0, "")
    for case in range(seed, seed + count):
        name = names[case % len(names)]
        path = _written(mutate(files[name], np.random.default_rng(case)), folder / "case.dcm")
        _written(f"{name} {case}".encode(), folder / "now.txt")
        faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
        began = time.perf_counter()
        try:
            shown = read_every_way(path)
            said = fault(path, files[name], whole[name], shown)
            assert not said, said
            read += 1
        except ReadError as error:
            refused += 1
            if UNEXPECTED in error.message:
                print(f"{name} case {case}: {error.__cause__!r}")
                wrong += 1
        except BaseException as error:
            wrong += 1
            path.rename(folder / f"wrong-{case}.dcm")
            print(f"{name} case {case}: {type(error).__name__}: {error}")
        slowest = max(slowest, (time.perf_counter() - began, f"{name} case {case}"))
        faulthandler.cancel_dump_traceback_later()
    seconds, which = slowest
    print(f"{count} cases: {read} read, {refused} refused, {wrong} wrong; {seconds:.2f} s for {which}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
