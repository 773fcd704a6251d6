"""`POST /findings` in a worker: the second reader's answer to every series and loose picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from lungview.errors import LungViewError
from lungview.image.slice import Instance
from lungview.model.card import FINDINGS
from lungview.nodules.answer import Answer
from lungview.nodules.outlining.contour import on_slice
from lungview.nodules.second_reader import second_look
from lungview.nodules.second_reader.subjects import Named, Subject, answer_to, subjects
from lungview.report.content import RESEARCH_USE
from lungview.report.findings.tables import json_values
from lungview.serve.answers.bounds import Picture, pictures
from lungview.serve.answers.job import Bench, Job
from lungview.serve.interface.shapes import Failure, FindingsAnswer, Outlined, SeriesAnswer
from lungview.serve.problem import Problem, of_error
from lungview.serve.uploads.question import Question
from lungview.sources.files.scan import scan
from lungview.version import program

_Labels = dict[tuple[Path, str], Picture]


def answer(job: Job, bench: Bench) -> Iterator[bytes]:
    """The body of the answer. Raises Problem, also where every file failed: then the first one's."""
    named = Named(job.question.at, job.question.box, job.question.slice)
    reader = None if named.given else second_look.load(_model(job.question, bench))
    found = pictures(job.uploads, bench.limits)
    labels = {(p.candidate.path, p.candidate.member): p for p in found}
    failures = [_failure(p, p.error) for p in found if p.error is not None]
    answers: list[SeriesAnswer | Failure] = []
    first: LungViewError | None = next((p.error for p in found if p.error is not None), None)
    for subject in subjects(scan([upload.path for upload in job.uploads]).series):
        try:
            told = answer_to(subject, reader, named, cancelled=bench.cancelled)
            answers.append(_told(subject, told, labels))
        except LungViewError as error:
            first = first or error
            failures.append(_failure(labels[_key(subject.instances[0])], error))
    if not answers:
        raise of_error(first) if first else Problem(422, "NoPicture", "there is no image to look at")
    body = FindingsAnswer(notice=RESEARCH_USE, program=program(), answers=[*answers, *failures])
    yield json.dumps(body, ensure_ascii=False).encode()


def _model(question: Question, bench: Bench) -> Any:
    if len(question.models) > 1:
        raise Problem(422, "WrongField", "model: expected one for findings, found several")
    entry = bench.offer.find("".join(question.models), FINDINGS)
    if entry.card.task != FINDINGS:
        what = f"{entry.card.id} is a {entry.card.task} model, which looks for no findings"
        raise Problem(422, "NoFindingsModel", what, "ask it to classify a picture instead")
    return entry


def _key(instance: Instance) -> tuple[Path, str]:
    return instance.path, instance.member


def _told(subject: Subject, answer: Answer, labels: _Labels) -> SeriesAnswer:
    places = [_place(instance, labels) for instance in answer.instances]
    renamed = tuple(_renamed(instance, labels) for instance in answer.instances)
    head = subject.head if subject.series else {"path": str(renamed[0].path), "frame": renamed[0].frame}
    line = json_values(replace(answer, instances=renamed), head)
    return cast(SeriesAnswer, line | {"places": places, "outlines": _outlines(answer)})


def _outlines(answer: Answer) -> list[Outlined]:
    """The lines around each finding on each of its slices."""
    return [
        Outlined(finding=number, slice=index, points=line.round(1).tolist())
        for number, found in enumerate(answer.findings, start=1)
        for layer, index in enumerate(answer.indices)
        if found.finding.outline is not None
        for line in on_slice(found.finding.outline, layer)
    ]


def _place(instance: Instance, labels: _Labels) -> list[Any]:
    return [labels[_key(instance)].number, instance.member, instance.frame]


def _renamed(instance: Instance, labels: _Labels) -> Instance:
    return replace(instance, path=Path(labels[_key(instance)].label), member="")


def _failure(picture: Picture, error: LungViewError) -> Failure:
    return Failure(path=picture.label, error=error.message, reason=error.reason, hint=error.hint)
