"""What the second reader is asked of: stacks as a whole, anything else picture by picture."""

import pytest

from lungview.errors import InputError
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.nodules.second_reader.subjects import Named, answer_to, subjects
from lungview.sources.files.scan import scan


def test_a_series_is_one_subject_and_loose_pictures_are_one_each(tmp_path):
    write_series(tmp_path / "a", Thorax(slices=3, matrix=64))
    write_pngs(tmp_path / "b", Thorax(slices=2, matrix=64))
    found = list(subjects(scan([tmp_path]).series))
    assert sorted(len(s.instances) for s in found) == [1, 1, 3]
    assert sorted(s.series is None for s in found) == [False, True, True]


def test_a_place_in_mm_of_a_loose_picture_is_refused(tmp_path):
    (file,) = write_pngs(tmp_path, Thorax(slices=1, matrix=64))
    (subject,) = subjects(scan([file]).series)
    with pytest.raises(InputError, match="needs a series"):
        answer_to(subject, None, Named(at=(0.0, 0.0, 0.0)))
