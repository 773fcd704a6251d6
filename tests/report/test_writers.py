from pathlib import Path

import pytest

from lungview.errors import ReportError
from lungview.report.content import Layout
from lungview.report.writers import write
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
