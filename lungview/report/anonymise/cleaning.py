"""One data set, cleaned: every attribute by the profile, nested sequences too."""

from __future__ import annotations

import re
from typing import Any

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from lungview.report.anonymise.profile import BASIC, Action, Profile, words
from lungview.report.anonymise.pseudonyms import Pseudonyms

_DUMMIES: dict[str, Any] = {
    "AE": "ANONYMOUS",
    "AS": "000Y",
    "CS": "ANONYMOUS",
    "DA": "19000101",
    "DT": "19000101000000",
    "PN": "ANONYMOUS",
    "TM": "000000",
    "UI": "2.25.0",
}
_TEXT = "ANONYMOUS"
_PERSONS_CODE = 0x00401101  # its codes are a person's
_WORD = re.compile(
    r"[A-Za-z]+|(?<![A-Za-z\d])\d+(?:[.,]\d+)?(?:mm|cm|kv|kvp|ma|mas|s|ml|kev|f|i)?\b", re.IGNORECASE
)
_LONGEST_NUMBER = 3  # digits: more may be a year of birth or somebody's number


def clean(dataset: Dataset, profile: Profile, pseudonyms: Pseudonyms) -> Dataset:
    """Change a data set in place: without its identities, with new UIDs, and with what was done to it.

    dataset: without file meta information. The patient's name and ID become a pseudonym. Returns it.
    """
    person = pseudonyms.person(*(str(dataset.get(k, "")) for k in _TELL_A_PERSON))
    _level(dataset, profile, pseudonyms)
    dataset.PatientName, dataset.PatientID = person, person
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "LungView: DICOM PS3.15 Annex E"
    codes = [BASIC, *((option.code, option.meaning) for option in profile.options)]
    dataset.DeidentificationMethodCodeSequence = Sequence(_code(*each) for each in codes)
    kept = any(option.name == "dates" for option in profile.options)
    dataset.LongitudinalTemporalInformationModified = "UNMODIFIED" if kept else "REMOVED"
    return dataset


_TELL_A_PERSON = ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate")


def _level(dataset: Dataset, profile: Profile, pseudonyms: Pseudonyms) -> None:
    for tag in list(dataset.keys()):
        element = dataset[tag]
        value = str(element.value) if element.VR == "UI" else ""
        action = profile.action(int(tag), element.VR, value)
        if action is Action.REMOVE:
            del dataset[tag]
        elif element.VR == "SQ":
            _sequence(element, action, profile, pseudonyms)
        else:
            _value(element, action, pseudonyms)


def _sequence(element: DataElement, action: Action, profile: Profile, pseudonyms: Pseudonyms) -> None:
    if action is Action.EMPTY:
        element.value = Sequence()
    elif int(element.tag) == _PERSONS_CODE:
        element.value = Sequence([_code("ANONYMOUS", "Anonymous", "99LUNGVIEW")])
    else:
        for item in element.value:
            _level(item, profile, pseudonyms)


def _value(element: DataElement, action: Action, pseudonyms: Pseudonyms) -> None:
    if action is Action.EMPTY:
        element.value = element.empty_value if element.VR == "PN" else ""
    elif action is Action.DUMMY and not element.is_empty:
        element.value = _DUMMIES.get(element.VR, b"" if element.VR in ("OB", "UN") else _TEXT)
    elif action is Action.UID:
        element.value = _uids(element.value, pseudonyms)
    elif action is Action.CLEAN:
        element.value = known_words(str(element.value))


def _uids(value: Any, pseudonyms: Pseudonyms) -> Any:
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return pseudonyms.uid(str(value)) if value else value
    return [pseudonyms.uid(str(each)) for each in value]


def known_words(text: str) -> str:
    """The words of a description that say nothing of a person, and short numbers, in their order."""
    known = words()
    kept = [
        word
        for word in _WORD.findall(text)
        if word.lower() in known or (word[0].isdigit() and sum(map(str.isdigit, word)) <= _LONGEST_NUMBER)
    ]
    return " ".join(kept)[:64]


def _code(value: str, meaning: str, scheme: str = "DCM") -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, scheme, meaning
    return made
