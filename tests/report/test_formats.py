from pathlib import Path

import pytest

from lungview.errors import ReportError
from lungview.report.content import Layout
from lungview.report.formats import FORMATS, Subject, chosen, kinds, of, write
from tests.report.conftest import make_content


@pytest.mark.parametrize(
    ("name", "start"), [("a.pdf", b"%PDF"), ("a.CSV", b"\xef\xbb\xbfpath,"), ("a.json", b'{"schema"')]
)
def test_the_suffix_chooses_the_writer(tmp_path: Path, layout: Layout, name: str, start: bytes) -> None:
    write(make_content(), tmp_path / name, layout)
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("a.docx", "", "no report of the kind “.docx”; there are .csv, .dcm, .json, .pdf"),
        ("a.dcm", "xx", "no report of the kind “.dcm xx”"),
        ("a.pdf", "sr", r"a kind \(sr\) is for .dcm files, this is .pdf"),
    ],
)
def test_an_unknown_target_is_refused_by_name(
    tmp_path: Path, layout: Layout, name: str, kind: str, said: str
) -> None:
    with pytest.raises(ReportError, match=said):
        write(make_content(), tmp_path / name, layout, kind)
    assert not list(tmp_path.iterdir())


def test_each_way_to_write_stands_in_the_table_once() -> None:
    keys = [(each.subject, each.suffix, each.kind) for each in FORMATS]
    assert len(set(keys)) == len(keys)
    assert kinds() == ("sr", "seg", "sc", "pdf", "pr", "ko", "regions")
    assert {each.suffix for each in of(Subject.BATCH)} == {".pdf", ".csv", ".json"}
    assert {each.suffix for each in of(Subject.WORK_UP)} == {".pdf", ".dcm", ".csv", ".txt"}


@pytest.mark.parametrize("subject", [Subject.SERIES, Subject.BATCH, Subject.WORK_UP])
def test_what_a_subject_cannot_be_written_as_is_refused_with_what_there_is(subject: Subject) -> None:
    known = ", ".join(sorted({each.suffix for each in of(subject)}))
    with pytest.raises(ReportError, match=f"no report of a {subject} of the kind “.docx”; there are {known}"):
        chosen(Path("a.docx"), subject=subject)
