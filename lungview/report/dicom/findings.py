"""What the SR and the SEG of findings share: the headers of the slices they lie on, one identity for each."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

import highdicom
from pydicom.uid import UID

from lungview.errors import ReportError
from lungview.image.slice import Instance
from lungview.nodules.answer import Located
from lungview.report.content import CaseContent, FindingsContent
from lungview.report.dicom.header import SourceHeader, source_header
from lungview.report.dicom.sr_marks import SCHEME
from lungview.report.measured import file_of


@dataclass(frozen=True, slots=True, eq=False)
class Headers:
    """The legal header of each instance that findings lie on, read once; None where nothing can refer to it.

    of_case: the report's own slice: others must be of its study and person. shared: SOP Instance UIDs that
    several files of the report bear: what refers to one of them would mean any of these pictures.
    """

    of_case: SourceHeader
    shared: frozenset[str] = frozenset()
    _known: dict[tuple[str, str], SourceHeader | None] = field(default_factory=dict, repr=False)

    @classmethod
    def of_content(cls, of_case: SourceHeader, content: CaseContent) -> Headers:
        """For a report: of all that is known of its slices."""
        known = [content.slice.instance, *(each.instance for each in content.marked)]
        known += content.findings.answer.instances if content.findings is not None else ()
        files = {(each.sop_instance_uid, file_of(each)) for each in known}
        borne = Counter(uid for uid, _ in files)
        return cls(of_case, frozenset(uid for uid, count in borne.items() if uid and count > 1))

    @property
    def used(self) -> list[SourceHeader]:
        """Those that were asked for and can be referred to."""
        return [each for each in self._known.values() if each is not None]

    def of(self, instance: Instance) -> SourceHeader | None:
        """The header of an instance of the same study of the same person, with a UID of its own."""
        if instance.sop_instance_uid in self.shared:
            return None
        key = (str(instance.path), instance.member)
        if key not in self._known:
            self._known[key] = self._read(instance)
        return self._known[key]

    def _read(self, instance: Instance) -> SourceHeader | None:
        try:
            found = source_header(instance)
        except ReportError:  # no DICOM object
            return None
        return found if found.referable and same_study(found, self.of_case) else None


def same_study(one: SourceHeader, other: SourceHeader) -> bool:
    """Whether both are of one study of one person, whatever UID they share."""
    same = ("StudyInstanceUID", "PatientID", "PatientName", "PatientBirthDate")
    return all(one.dataset[keyword].value == other.dataset[keyword].value for keyword in same)


def concept(code: str, meaning: str) -> highdicom.sr.CodedConcept:
    """A private code. SH holds 16 characters, a longer one is a Long Code Value (PS3.3 8.1); LO holds 64."""
    return highdicom.sr.CodedConcept(code, SCHEME, meaning[:64], scheme_version="1")


def label(number: int) -> str:
    """What a finding is called in objects for archives: plain ASCII."""
    return f"Finding {number}"


def tracking_uid(content: FindingsContent, found: Located) -> UID:
    """The same for one finding in every object written of it (PS3.3 C.8.20.4, Tracking UID)."""
    series = content.series_uid or content.answer.instances[0].sop_instance_uid
    told = f"{series}|{content.answer.model}|{found.finding.place_mm}|{found.index}|{found.box}"
    return UID(f"2.25.{int.from_bytes(hashlib.sha256(told.encode()).digest()[:15], 'big')}")


def covered(content: FindingsContent, found: Located) -> tuple[int, ...]:
    """The slices of the series that a finding's outline lies on; its own one where there is none."""
    outline, indices = found.finding.outline, content.answer.indices
    if outline is None or not indices:
        return (found.index,)
    first = outline.start[0]
    return tuple(indices[first + k] for k, mask in enumerate(outline.mask) if mask.any())
