"""The conformance statement in the documents is the code's."""

from pathlib import Path

from lungview.sources.pacs import conformance

STATEMENT = Path(__file__).resolve().parents[4] / "docs" / "dicom-conformance.md"


def test_the_document_is_what_the_code_says() -> None:
    assert STATEMENT.read_text(encoding="utf-8") == conformance.text(), (
        "run: lungview pacs conformance > docs/dicom-conformance.md"
    )


def test_every_class_and_syntax_has_a_name() -> None:
    assert "newer than the dictionary" not in conformance.text()
