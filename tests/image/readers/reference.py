"""pydicom's own path to modality values, with its own codecs: what reading here is compared with."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
from pydicom.pixels import apply_modality_lut, get_decoder, pixel_array

# Where no codec of pydicom's is installed here: digests made once by pydicom 3.0.2 with python-gdcm 3.2.6
# (lossless JPEG) and pylibjpeg-openjpeg 2.6 (HTJ2K).
DIGESTS = {
    "SC_rgb_jpeg_gdcm.dcm": "6d82dae39b788345b864750af834cd32f799d9c938bcf648442cb62c98293737",
    "JPEG-LL.dcm": "1d2fb3216709c25b5914dbaa67c00ce8d51b2392b0e5bf004dfc37ea907de9b0",
    "JPGLosslessP14SV1_1s_1f_8b.dcm": "beaab1e2e6693873c2e5a593cd74f9738a6b08b13694695e4758d1a1de0a01fc",
    "bad_sequence.dcm": "dee26d1111c6c61d6f13bea00daa5b04fd91abe069e0250830d3507533b85207",
    "HTJ2KLossless_08_RGB.dcm": "cc579eb284a85aa307482379f77fdb3a853c58a3aec729e241975156af880891",
    "HTJ2K_08_RGB.dcm": "67670117477e6e3d20a0c7bb7778a133a6247a9d87fff8eedd0b24a1dd5de447",
    "GDCMJ2K_TextGBR.dcm": "3bd8460b9ea3ed72dfe52f8cb508169fd5a6ed855108b46e88b411fddd13c18b",
}
# The reference differs, and why ours is right.
EXPLAINED = {
    # Enhanced CT: the rescale is in the functional groups, where apply_modality_lut does not look.
    "eCT_Supplemental.dcm",
}


def dicom_files(folder: Path) -> list[Path]:
    """Every file below a folder of test data that is no Python, JSON or annotation file."""
    other = {".py", ".pyc", ".json", ".txt", ".xml"}
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in other)


def packaged() -> Path:
    """The folder of files that come with pydicom."""
    return Path(pydicom.data.__file__).parent


def digest(path: Path) -> str | None:
    """SHA-256 of the modality values as little-endian float32, None when pydicom does not read the file."""
    if path.name in DIGESTS:
        return DIGESTS[path.name]
    try:
        dataset = pydicom.dcmread(path, force=True)
        values = apply_modality_lut(pixels_by_pydicom(dataset), dataset)
    except Exception:
        return None
    return hashlib.sha256(np.ascontiguousarray(values, "<f4").tobytes()).hexdigest()


def pixels_by_pydicom(dataset: pydicom.Dataset) -> np.ndarray:
    """Stored values by pydicom, with a codec that is not this program's."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if not syntax.is_encapsulated:
        return pixel_array(dataset)
    for name in get_decoder(syntax).available_plugins:
        if name != "lungview":
            return pixel_array(dataset, decoding_plugin=name)
    raise NotImplementedError(syntax)
