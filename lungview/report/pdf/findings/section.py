"""The second reader's part of a PDF: what it comes to, a table of the findings, a picture of each."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from lungview.report.content import FindingsContent
from lungview.report.findings import words
from lungview.report.findings.pictures import MOST
from lungview.report.lettering.text import Style, Text
from lungview.report.lungs.words import summary
from lungview.report.pdf import blocks
from lungview.report.pdf.blocks import VALUE, section
from lungview.report.pdf.key_pictures import gallery
from lungview.report.pdf.page import GREY

TITLE = "Findings (second reader)"
_HEAD = ("No.", "Slice", "Size", "Volume", "Density", "Score", "Malignancy", "Found by")
_WIDTHS = (0.06, 0.07, 0.17, 0.13, 0.2, 0.08, 0.14, 0.15)
_WIDTHS_NAMED = (0.12, 0.06, 0.16, 0.12, 0.18, 0.07, 0.14, 0.15)
_NOTE = Style(size=7.5, color=GREY)


def findings_story(content: FindingsContent, width: float) -> list[Flowable]:
    """The section; of an answer that was refused its reasons alone."""
    answer = content.answer
    if not answer.suitable:
        return [*section(TITLE), *(Text(f"Not answered: {reason}.", VALUE) for reason in answer.reasons)]
    story = [*section(TITLE), *_conclusion(content), Spacer(1, 1.5 * mm)]
    if content.shown:
        shares = _WIDTHS_NAMED if any(found.name for _, found in content.shown) else _WIDTHS
        story.append(blocks.ruled(_HEAD, _rows(content), [width * w for w in shares]))
        story.append(Text(words.SCORES, _NOTE))
    if content.pictures:
        story += [Spacer(1, 2 * mm), gallery(content.pictures, width), *_more(content)]
    return [*story, *_about(content, width)]


def _conclusion(content: FindingsContent) -> list[Flowable]:
    answer = content.answer
    said = answer.conclusion
    if not said and not content.shown:
        said = f"No candidate on {len(answer.slice_scores)} slices; this does not say that there is none."
    return [Text(said, Style(size=9.5, bold=True))] if said else []


def _rows(content: FindingsContent) -> list[list[str]]:
    several = len(content.answer.instances) > 1
    return [
        [
            words.named(number, found),
            str(found.index + 1) if several else "this",
            words.size(found.finding),
            words.volume(found.finding),
            words.density(found.finding),
            words.score(found.finding),
            words.malignancy(found.finding),
            words.who(found),
        ]
        for number, found in content.shown
    ]


def _more(content: FindingsContent) -> list[Flowable]:
    left = len(content.shown) - len(content.pictures)
    return [Text(f"Without a picture: {left} more (at most {MOST} are printed).", _NOTE)] if left > 0 else []


def _about(content: FindingsContent, width: float) -> list[Flowable]:
    answer, card = content.answer, content.card
    lungs = "" if answer.lungs is None else summary(answer.lungs)
    rows = [("Lungs", lungs), ("Notes", "; ".join(answer.notes)), ("Model", answer.model)]
    if card is not None:
        rows.append(("Operating point", f"score {card.operating_point.words()}"))
        rows.append(("Limits", card.limits))
    return [Spacer(1, 1.5 * mm), blocks.pairs(rows, width, columns=1, value=Style(size=7.5))]
