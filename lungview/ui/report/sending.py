"""Send to… of the report dialog: the DICOM objects that it can write, to an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6

from lungview.image.values import dates, person
from lungview.study.key import patient_digest
from lungview.ui.report.form import FORMATS
from lungview.viewer.archives.sender import Sender

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.ui.pacs.sending.dialog import SendDialog
    from lungview.ui.report.dialog import ReportDialog
    from lungview.ui.studies.session import Session


def ask(report: ReportDialog, session: Session, shown: Slice) -> None:
    """Open the dialog that asks what goes where; the kind that the report is in is ticked."""
    from lungview.ui.pacs.sending.dialog import SendDialog

    sender = session.workspace.services.find(Sender)
    if sender is None:
        return
    offers = [(each.kind, report.form.tr(each.text)) for each in FORMATS if each.suffix == ".dcm"]
    about = "" if session.settings.hide_patient else _about(shown)
    dialog = SendDialog(
        session, sender, offers, report.writer, report, chosen=report.form.chosen_format.kind, about=about
    )
    _prefer_origin(dialog, session, shown)
    dialog.open()


def _prefer_origin(dialog: SendDialog, session: Session, shown: Slice) -> None:
    """Results go back to the archive that the study came from, unless the reader chooses another."""
    from lungview.viewer.study_list.keeper import StudyKeeper
    from lungview.viewer.study_list.origins import Origins

    origin = session.workspace.services.one(Origins, Origins).of_file(shown.instance.path)
    if origin:
        dialog.archive.prefer(origin)
        return

    def prefer(name: str) -> None:
        if shiboken6.isValid(dialog):  # closed meanwhile
            dialog.archive.prefer(name)

    key = (patient_digest(shown.patient), shown.study.study_instance_uid)
    keeper = session.workspace.services.find(StudyKeeper)
    if keeper is not None:
        keeper.archive_of(key, prefer)


def _about(shown: Slice) -> str:
    """Whose objects they are, as the archive will file them."""
    patient, study = shown.patient, shown.study
    told = (person.full(patient.name), patient.patient_id, dates.date_text(study.date))
    return " · ".join(filter(None, told))
