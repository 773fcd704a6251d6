"""The pixels that a page gets: as they were read, in the smallest kind that holds them."""

import cv2
import numpy as np
import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.serve.answers import classifying, heat_maps, looking, pictures
from lungview.serve.answers.job import Bench, Job
from lungview.serve.limits import Limits
from lungview.serve.offer import Offer
from lungview.serve.problem import Problem
from lungview.serve.uploads.question import Question
from lungview.serve.uploads.scratch import Upload
from tests.serve import schema

WIDE = Limits()


def sent(*paths, limits=WIDE):
    job = Job("pictures", tuple(Upload(p, p.name) for p in paths), Question())
    return schema.records(b"".join(pictures.answer(job, Bench(limits, Offer(())))))


def test_colour_is_sent_as_it_is(tmp_path):
    picture = np.random.default_rng(3).integers(0, 255, (40, 50, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), picture)
    (_, (about, pixels)) = sent(tmp_path / "a.png")
    assert (about["kind"], about["windows"]) == ("rgb", [])
    assert np.array_equal(np.frombuffer(pixels, np.uint8).reshape(40, 50, 3), picture[..., ::-1])


def test_a_screenshot_comes_with_the_window_that_leaves_it_as_it_is(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), np.arange(256, dtype=np.uint8).reshape(16, 16))
    (_, (about, pixels)) = sent(tmp_path / "a.png")
    assert np.frombuffer(pixels, "<i2").tolist() == list(range(256))
    assert (about["windows"][0]["center"], about["windows"][0]["width"]) == (128, 256)


def test_a_file_without_a_picture_is_told_after_the_others(tmp_path):
    files = write_series(tmp_path, Thorax(slices=2, matrix=64))
    (tmp_path / "notes.txt").write_text("words")
    _, *records = sent(tmp_path / "notes.txt", *files)
    assert [about.get("reason", "") for about, _ in records] == ["", "", "UnsupportedFormat"]


def test_more_pixels_than_a_page_shows_are_refused(tmp_path):
    files = write_series(tmp_path, Thorax(slices=2, matrix=64))
    with pytest.raises(Problem) as caught:
        sent(*files, limits=Limits(shown=2 * 64 * 64 - 1))
    assert caught.value.status == 413


@pytest.mark.parametrize("answer", [classifying.answer, looking.answer])
def test_more_models_than_there_are_cost_one_sentence(tmp_path, answer):
    files = write_series(tmp_path, Thorax(slices=1, matrix=64))
    job = Job("", (Upload(files[0], "a"),), Question(models=("x", "y")))
    with pytest.raises(Problem):
        list(answer(job, Bench(WIDE, Offer(()))))


def test_without_a_judged_picture_there_is_no_heat_map(tmp_path):
    from lungview.image import readers

    (file,) = write_series(tmp_path, Thorax(slices=1, matrix=64))
    assert heat_maps.heat_maps(readers.read(file), None) is None
