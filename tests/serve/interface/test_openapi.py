"""The description of the interface is whole, and made of the program's own types."""

import json

from lungview.serve.interface import openapi, shapes
from lungview.serve.problem import MEDIA_TYPE, TITLES
from lungview.serve.uploads.question import FIELDS


def test_every_reference_leads_somewhere():
    document = openapi.description()
    text = json.dumps(document)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(document["components"]["schemas"])
    assert {"CaseAnswer", "Finding", "Model", "ProblemAnswer"} <= names


def test_a_field_that_may_be_absent_is_not_required():
    assert "frame" not in openapi.description()["components"]["schemas"]["Failure"]["required"]
    assert shapes.Failure.__doc__


def test_every_problem_is_problem_json_with_a_known_status():
    for operations in openapi.description()["paths"].values():
        for operation in operations.values():
            others = {s: r for s, r in operation["responses"].items() if s != "200"}
            assert {int(status) for status in others} <= set(TITLES)
            assert all(list(r["content"]) == [MEDIA_TYPE] for r in others.values())


def test_the_forms_have_the_fields_that_are_taken():
    for kind, fields in FIELDS.items():
        operation = openapi.description()["paths"][f"/api/v1/{kind}"]["post"]
        schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
        assert set(schema["properties"]) - {"file", "model"} == set(fields)
