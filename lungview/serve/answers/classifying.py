"""`POST /classify` in a worker: the core's answers as JSON, CSV or PDF."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from lungview.classify import words
from lungview.classify.case import Case, Prediction
from lungview.classify.classify import classify, read_in
from lungview.classify.kept import record
from lungview.errors import Cancelled, LungViewError, ReadError
from lungview.image import readers
from lungview.image.slice import Instance, Slice
from lungview.model.card import ModelCard
from lungview.model.input import Box
from lungview.model.registry import Entry
from lungview.report.content import RESEARCH_USE
from lungview.report.table import columns, csv_values, json_values
from lungview.serve.answers.bounds import Picture, pictures
from lungview.serve.answers.heat_maps import heat_maps
from lungview.serve.answers.job import Bench, Job
from lungview.serve.interface.shapes import CaseAnswer, ClassifyAnswer, Failure, Words
from lungview.serve.problem import Problem, of_error
from lungview.serve.uploads.question import Question
from lungview.sources.files.candidates import Candidate
from lungview.spreadsheet import ENCODING, Table
from lungview.version import program

ALL = "all"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One picture and one model. card: None for a file that gave no picture."""

    picture: Picture
    case: Case
    card: ModelCard | None = None
    slice: Slice | None = None


def answer(job: Job, bench: Bench) -> Iterator[bytes]:
    """The body of the answer. Raises Problem, also where every file failed: then the first one's."""
    models = _models(job.question, bench)
    found = pictures(job.uploads, bench.limits, job.question.member)
    if len(found) * len(models) > bench.limits.judged:
        most = bench.limits.judged
        raise Problem(413, "TooLarge", f"at most {most} answers are given at once: pictures times models")
    judged = list(_judge(job.question, found, models, bench))
    errors = [each.case.error for each in judged if each.case.error is not None]
    if len(errors) == len(judged):
        raise of_error(errors[0])
    yield _FORMATS[job.question.format](judged, job.question)


def _models(question: Question, bench: Bench) -> list[Entry]:
    """The models that are asked. `all`: every one for the default's task, or that of the other named."""
    named = [bench.offer.find(name) for name in question.models if name != ALL]
    if ALL in question.models:
        task = (named or [bench.offer.find()])[0].card.task
        named = [e for e in bench.offer.entries if e.card.task == task]
    for entry in named:
        if not entry.card.classifies:
            what = f"{entry.card.id} is a {entry.card.task} model, which classifies no picture"
            raise Problem(422, "NoClassifier", what, "ask for its findings instead")
    return list({entry.card.id: entry for entry in named}.values()) or [bench.offer.find()]


def _judge(
    question: Question, found: tuple[Picture, ...], models: list[Entry], bench: Bench
) -> Iterator[Judged]:
    """Every file once, whatever number of frames was found in it."""
    seen: set[tuple[Path, str]] = set()
    for picture in found:
        key = picture.candidate.path, picture.candidate.member
        if key not in seen:
            seen.add(key)
            yield from _judge_file(picture, question, models, bench)


def _judge_file(picture: Picture, question: Question, models: list[Entry], bench: Bench) -> Iterator[Judged]:
    """Each frame by each model; what cannot be read, as a case with the error."""
    try:
        if picture.error is not None:
            raise picture.error
        yield from _judge_frames(picture, question, models, bench)
    except Cancelled:
        raise
    except LungViewError as error:
        yield Judged(picture, Case(Instance(Path(picture.label)), error=error))


def _judge_frames(
    picture: Picture, question: Question, models: list[Entry], bench: Bench
) -> Iterator[Judged]:
    box = None if question.box is None else Box(*question.box)
    start = time.perf_counter()
    for slice_ in _slices(picture.candidate, question.frame):
        read = time.perf_counter() - start
        for model in models:
            if bench.cancelled():
                raise Cancelled("the answer is wanted no more")
            case = classify(slice_, model, box=box, override=question.override, threads=bench.threads)
            told = record.overridden(slice_, read_in(case, read), box)
            yield _renamed(Judged(picture, told, model.card, slice_))
        start = time.perf_counter()


def _slices(candidate: Candidate, frame: int | None) -> Iterator[Slice]:
    if frame is None:
        yield from readers.read_frames(candidate.path, candidate.member)
    else:
        yield readers.read(candidate.path, frame, candidate.member)


def _renamed(judged: Judged) -> Judged:
    """With the visitor's own name for the file, in place of that of its copy here."""
    case, slice_ = judged.case, judged.slice
    instance = replace(case.instance, path=Path(judged.picture.label), member="")
    shown = None if slice_ is None else replace(slice_, instance=replace(slice_.instance, path=instance.path))
    return replace(judged, case=replace(case, instance=instance), slice=shown)


def _json(judged: list[Judged], question: Question) -> bytes:
    answers = [_answer(each, question) for each in judged]
    body = ClassifyAnswer(notice=RESEARCH_USE, program=program(), answers=answers)
    return json.dumps(body, ensure_ascii=False).encode()


def _answer(judged: Judged, question: Question) -> CaseAnswer | Failure:
    line = json_values(judged.case)
    found = judged.case.prediction
    if found is None or judged.card is None or judged.slice is None:
        return cast(Failure, line)
    box, told = found.box, judged.case.judged
    outline = None if told is None or told.outline is None else told.outline.round(1).tolist()
    maps = heat_maps(judged.slice, told) if question.heat_maps else None
    beside = {
        "file": judged.picture.number,
        "member": judged.picture.candidate.member,
        "box": [box.top, box.left, box.bottom, box.right],
        "outline": outline,
        "words": _words(judged.card, found),
        "heat_maps": maps,
    }
    return cast(CaseAnswer, line | beside)


def _words(card: ModelCard, found: Prediction) -> Words:
    uncertain = found.verdict == "uncertain"
    return Words(
        headline=words.verdict(card, found),
        uncertain=words.why_uncertain(card, found) if uncertain else "",
        number=words.number_word(found),
        gate=list(words.gate_lines(found)),
        heat_map=words.heat_map(card),
    )


def _csv(judged: list[Judged], _question: Question) -> bytes:
    """The table of `lungview batch`, with the notice as its last column."""
    keys = tuple(dict.fromkeys(key for each in judged if each.card for key in each.card.keys))
    buffer = io.StringIO(newline="")
    table = Table(buffer, (*columns(keys), "notice"))
    for each in judged:
        table.named({**csv_values(each.case, keys), "notice": RESEARCH_USE})
    return buffer.getvalue().encode(ENCODING)


def _pdf(judged: list[Judged], question: Question) -> bytes:
    from tempfile import TemporaryDirectory

    from lungview.report.content import Layout, PatientBlock
    from lungview.report.formats import write
    from lungview.report.gather import case_content

    if len(judged) != 1:
        raise Problem(422, "NotOnePicture", f"a PDF is of one picture and one model, found {len(judged)}")
    (each,) = judged
    if each.slice is None:
        raise ReadError("there is no picture to report on")
    content = case_content(each.slice, each.case, each.card, class_key=question.class_key)
    with TemporaryDirectory(dir=each.picture.candidate.path.parent) as folder:
        target = Path(folder) / "report.pdf"
        write(content, target, Layout(patient=PatientBlock(question.patient)))
        return target.read_bytes()


_FORMATS = {"json": _json, "csv": _csv, "pdf": _pdf}
