"""The judge: coefficients from the file that its card names, an answer no finer than it is worth."""

import hashlib
import json
import math

import numpy as np
import pytest

from lungview.errors import WeightsError
from lungview.nodules.judge import Judge, opinion, read, to_json


def judge() -> Judge:
    one = np.ones(1)
    return Judge(("log_long",), 0 * one, 3 * one, 2 * one, -1.0)


def test_log_odds_are_the_weighted_sum_of_what_is_held_to_the_range_learned_from() -> None:
    assert judge().logit({"log_long": 1.5}) == 2.0
    assert judge().logit({"log_long": 9.0}) == 5.0


def test_a_file_gives_back_the_coefficients(tmp_path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(to_json(judge())))
    found = read(path, hashlib.sha256(path.read_bytes()).hexdigest())
    assert found.logit({"log_long": 1.5}) == 2.0


def test_a_file_with_another_hash_is_refused(tmp_path) -> None:
    (tmp_path / "model.json").write_text("{}")
    with pytest.raises(WeightsError, match="SHA-256"):
        read(tmp_path / "model.json", "0" * 64)


def test_a_file_without_coefficients_is_refused(tmp_path) -> None:
    path = tmp_path / "model.json"
    path.write_text("[]")
    with pytest.raises(WeightsError, match="coefficients"):
        read(path, hashlib.sha256(b"[]").hexdigest())


@pytest.mark.parametrize(("odds", "band"), [(0.1, "low"), (0.5, "intermediate"), (4.0, "high")])
def test_a_probability_has_its_band(odds: float, band: str) -> None:
    found = opinion(math.log(odds), 8.0)
    assert found.probability == pytest.approx(odds / (1 + odds))
    assert found.band == band


def test_above_ten_millimetres_the_band_is_the_answer() -> None:
    assert opinion(0.0, 10.0).exact
    assert not opinion(0.0, 10.1).exact
