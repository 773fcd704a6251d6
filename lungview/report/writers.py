"""Which writer a target asks for: by its suffix, and for .dcm by the kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lungview.errors import ReportError
from lungview.report.content import CaseContent, Layout

KINDS = ("sr", "seg", "sc", "pdf", "pr", "ko", "regions")  # of a DICOM object
Notes = tuple[str, ...]  # sentences that name what of the source a report does not carry
Writer = Callable[[CaseContent, Path, Layout], Notes]


def write(content: CaseContent, path: Path, layout: Layout, kind: str = "") -> Notes:
    """Write one case to `path`; what of its source the report does not carry.

    Raises ReportError: unknown suffix or kind, or what the writer raises.
    """
    suffix = path.suffix.lower()
    if suffix == ".dcm":
        kind = kind or "sr"
    elif kind:
        raise ReportError(f"a kind ({kind}) is for .dcm files, this is {suffix or 'without a suffix'}", path)
    writer = WRITERS.get((suffix, kind))
    if writer is None:
        known = ", ".join(sorted({s for s, _ in WRITERS}))
        raise ReportError(
            f"no report of the kind “{suffix} {kind}”; there are {known}".replace(" ”", "”"), path
        )
    return writer(content, path, layout)


def _pdf(content: CaseContent, path: Path, layout: Layout) -> Notes:
    from lungview.report.pdf.case import write_case

    write_case(content, path, layout)
    return ()


def _sr(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.sr import write_sr

    return write_sr(content, path)


def _sc(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.sc import write_sc

    return write_sc(content, path)


def _encapsulated(content: CaseContent, path: Path, layout: Layout) -> Notes:
    from lungview.report.dicom.pdf import write_encapsulated

    return write_encapsulated(content, path, layout)


def _seg(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.seg import write_seg

    return write_seg(content, path)


def _pr(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.marked.gsps import write_gsps

    return write_gsps(content, path)


def _ko(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.marked.kos import write_kos

    return write_kos(content, path)


def _regions(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report.dicom.marked.regions import write_regions

    return write_regions(content, path)


def _csv(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report import table
    from lungview.report.findings import tables as findings

    if content.card is None and content.findings is not None:
        findings.write_csv(content.findings, path)
    else:
        table.write_csv([content.case], path, content.card.keys if content.card else ())
    return ()


def _json(content: CaseContent, path: Path, _layout: Layout) -> Notes:
    from lungview.report import table
    from lungview.report.findings import tables as findings

    if content.card is not None:
        table.write_json([content.case], path, content.card, findings.part(content.findings))
    elif content.findings is not None:
        findings.write_json(content.findings, path)
    else:
        raise ReportError("a JSON report needs a prediction or findings", path)
    return ()


WRITERS: dict[tuple[str, str], Writer] = {
    (".pdf", ""): _pdf,
    (".csv", ""): _csv,
    (".json", ""): _json,
    (".dcm", "sr"): _sr,
    (".dcm", "seg"): _seg,
    (".dcm", "sc"): _sc,
    (".dcm", "pdf"): _encapsulated,
    (".dcm", "pr"): _pr,
    (".dcm", "ko"): _ko,
    (".dcm", "regions"): _regions,
}
