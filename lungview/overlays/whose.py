"""Whether an object of others is of the patient whose pictures are open."""

from __future__ import annotations

from lungview.image.slice import Patient
from lungview.image.values.same_person import person_of
from lungview.overlays.values import Overlay
from lungview.study.series import Series


def may_be_one(one: Patient, other: Patient) -> bool:
    """Whether an ID, or where it is missing the name, says that two people are one, and nothing against it.

    Derived objects often leave out a birth date, a sex or parts of the name, or write it in another order.
    One ID was given to two people where their names differ otherwise. Where both say neither ID nor name
    they may be one.
    """
    ours, theirs = person_of(one), person_of(other)
    name, identity, *rest = zip(ours[:4], theirs[:4], strict=True)
    if any(a and b and a != b for a, b in (identity, *rest)):
        return False
    if one.id_issuer.strip() and other.id_issuer.strip() and ours[4:] != theirs[4:]:
        return False
    return name[0] == name[1] or (all(identity) and _may_name_one(*name))


def _may_name_one(one: str, other: str) -> bool:
    """Whether names as compared are of one person: in another order, or with parts or groups left out."""
    words, others = (set(name.replace("=", " ").split()) for name in (one, other))
    return words <= others or others <= words


def named(patient: Patient) -> bool:
    """Whether it says who it is."""
    return any(person_of(patient)[:3])


def in_one_space(overlay: Overlay, frame_of_reference_uid: str, series: Series) -> bool:
    """Whether what an overlay says in a frame of reference lies in the patient as a series' slices do.

    Of people without a name, the object's own study alone; of pixels whose size in the patient is known.
    """
    spacing = series.spacing
    measured = spacing is not None and spacing.source == "PixelSpacing" and series.modality != "SEG"
    same = bool(frame_of_reference_uid) and frame_of_reference_uid == series.frame_of_reference_uid
    own = named(series.patient) or series.study.study_instance_uid == overlay.study
    return measured and same and own
