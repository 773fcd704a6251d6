"""Workers that are too slow, fail or die: each costs its own job and is replaced."""

import asyncio
from pathlib import Path

import pytest

from lungview.serve.answers.desk import Desk
from lungview.serve.answers.job import Job
from lungview.serve.answers.worker import Setting
from lungview.serve.limits import Limits
from lungview.serve.offer import Offer
from lungview.serve.problem import Problem
from lungview.serve.uploads.question import Question
from lungview.serve.uploads.scratch import Scratch, Upload
from tests.serve.conftest import until


@pytest.fixture(scope="module")
def scratch():
    made = Scratch(Limits())
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(scratch):
    made = Desk(Setting(Limits(), Offer(()), 1, scratch.root), 1)
    yield made
    made.close()


def asked(desk: Desk, scratch: Scratch, kind: str, path: Path, seconds: float = 60.0):
    """The parts of an answer, or its problem; and whether its folder is gone."""
    visit = scratch.visit(1)

    async def ask():
        return [
            part async for part in desk.parts(Job(kind, (Upload(path, "a"),), Question()), visit, seconds)
        ]

    try:
        found = asyncio.run(ask())
    except Problem as problem:
        found = problem.reason
    return found, visit.folder.exists()


def test_an_answer_that_takes_too_long_is_given_up_and_the_worker_replaced(desk, scratch, slices):
    before = desk.deaths
    assert asked(desk, scratch, "pictures", slices[0], seconds=0.0) == ("TookTooLong", False)
    assert desk.deaths == before + 1
    found, _ = asked(desk, scratch, "pictures", slices[0])
    assert len(found) == 2


def test_a_fault_of_the_program_is_a_sentence_and_the_worker_lives_on(desk, scratch, slices):
    before = desk.deaths
    assert asked(desk, scratch, "no such kind", slices[0]) == ("WorkerDied", False)
    assert desk.deaths == before
    assert desk.alive == 1


def test_without_a_model_the_answer_is_a_problem(desk, scratch, slices):
    assert asked(desk, scratch, "classify", slices[0]) == ("NoSuchModel", False)


def test_a_closed_desk_has_no_worker_left(scratch):
    short = Desk(Setting(Limits(), Offer(()), 1, scratch.root), 2)
    short.close()
    assert until(lambda: short.alive == 0)
