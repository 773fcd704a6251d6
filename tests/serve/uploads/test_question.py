"""The fields of a form become a question, or one sentence says which of them is wrong."""

import pytest

from lungview.serve.problem import Problem
from lungview.serve.uploads.question import Question, question


def test_fields_become_the_question():
    fields = [("model", "a"), ("model", "b"), ("box", "1,2,3.5,4"), ("frame", "7"), ("override", "true")]
    asked = question("classify", fields)
    assert asked == Question(models=("a", "b"), box=(1.0, 2.0, 3.5, 4.0), frame=7, override=True)


def test_an_empty_field_is_none_at_all():
    assert question("findings", [("model", ""), ("at", ""), ("slice", "")]) == Question()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("findings", [("override", "true")]),
        ("pictures", [("model", "a")]),
        ("classify", [("frame", "1"), ("frame", "2")]),
        ("findings", [("at", "1,2,3"), ("box", "1,1,2,2")]),
        ("classify", [("box", "5,1,5,9")]),
    ],
)
def test_what_does_not_belong_together_is_a_wrong_field(kind, fields):
    with pytest.raises(Problem) as caught:
        question(kind, fields)
    assert (caught.value.status, caught.value.reason) == (422, "WrongField")
