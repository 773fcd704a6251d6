"""Whether a picture may have a name in its pixels, which no list of attributes takes away (PS3.15 E.3.1)."""

from __future__ import annotations

from pydicom.dataset import Dataset

_ROOT = "1.2.840.10008.5.1.4.1.1."
_SECONDARY_CAPTURES = tuple(_ROOT + end for end in ("7", "7.1", "7.2", "7.3", "7.4"))
_MODALITIES = {
    "US": "ultrasound machines write names into pictures",
    "IVUS": "ultrasound machines write names into pictures",
    "ES": "endoscopes write names into pictures",
    "XC": "photographs may show the person",
    "GM": "photographs may show the person",
    "OT": "it is of no scanner; it may be a screenshot",
    "SC": "it is a screenshot",
    "DOC": "it is a scanned document",
}
_IMAGE_TYPES = ("SCREEN", "SCREENSHOT", "SCREEN SAVE", "CAPTURE", "SECONDARY CAPTURE", "DOSE", "PROTOCOL")
_ENCAPSULATED = _ROOT + "104."


def reason(dataset: Dataset) -> str:
    """Why text in the pixels is likely, in a few words; "" where it is not.

    A picture that says so itself (0028,0301 YES), one that shows a face (0028,0302), screenshots, secondary
    captures, and machines that are known to write into their pictures, unless they say that they do not.
    """
    if str(dataset.get("BurnedInAnnotation", "")).strip().upper() == "YES":
        return "it says that text is burned in"
    if str(dataset.get("RecognizableVisualFeatures", "")).strip().upper() == "YES":
        return "it says that the person can be recognised"
    if str(dataset.get("BurnedInAnnotation", "")).strip().upper() == "NO":
        return ""
    return _by_kind(dataset)


def _by_kind(dataset: Dataset) -> str:
    if str(dataset.get("SOPClassUID", "")) in _SECONDARY_CAPTURES or "ConversionType" in dataset:
        return "it is a secondary capture"
    kinds = {str(each).upper() for each in _many(dataset.get("ImageType"))}
    if kinds & set(_IMAGE_TYPES):
        return "it is a screenshot of a scanner"
    return _MODALITIES.get(str(dataset.get("Modality", "")).strip().upper(), "")


def is_document(dataset: Dataset) -> bool:
    """Whether it carries a document (PDF, CDA, …) that nothing here can look into."""
    return str(dataset.get("SOPClassUID", "")).startswith(_ENCAPSULATED) or 0x00420011 in dataset


def _many(value: object) -> tuple[object, ...]:
    if value is None or isinstance(value, str):
        return (value,) if value else ()
    return tuple(value) if hasattr(value, "__iter__") else (value,)
