"""The name that a report's file is proposed: study and date, never the patient."""

from __future__ import annotations

import re
from datetime import date

from lungview.image.slice import Patient, Slice
from lungview.image.values import dates, person

LONGEST = 60  # letters of a description
_TOLD_APART = re.compile(r"[^\w.+-]+")  # what some file system refuses, and blanks


def of_slice(slice_: Slice, today: date) -> str:
    """ "2003-07-18 CT-Thorax report": date of the study, else `today`; description, else the modality.

    A description that holds a part of the patient's name or number is left out.
    """
    known = dates.parse_date(slice_.study.date)
    about = slice_.study.description
    if not about.strip() or _names(slice_.patient, about):
        about = slice_.instance.modality or "picture"
    return f"{(known or today).isoformat()} {_plain(about) or 'study'} report"


def of_batch(today: date) -> str:
    """ "2026-11-28 batch report"."""
    return f"{today.isoformat()} batch report"


def _plain(text: str) -> str:
    return _TOLD_APART.sub("-", text)[:LONGEST].strip("-. ")


def _names(patient: Patient, text: str) -> bool:
    """Whether a text holds a word of the patient's name, or the number."""
    groups = person.parse(patient.name).groups
    words = {word for group in groups for word in re.split(r"[\W_]+", group.plain) if len(word) > 1}
    words |= {patient.patient_id.strip()} - {""}
    return any(word.casefold() in text.casefold() for word in words)
