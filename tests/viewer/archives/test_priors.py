"""Which studies of an archive are offered as earlier ones, and what is said of the person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.image.slice import Patient
from lungview.sources.source import FoundSeries, FoundStudy
from lungview.viewer.archives.priors import MOST, Doubt, Offer, doubts, likeness
from tests.viewer.archives.found import NOW, study


def _offered(*found: FoundStudy) -> list[str]:
    return [each.study.study_uid for each in Offer().with_(NOW, "archive", found).priors]


def test_the_latest_of_the_same_modality_comes_first() -> None:
    radiograph = study("1.3", "20251201", modalities=("CR",))
    assert _offered(study("1.1", "20230101"), radiograph, study("1.2", "20250101")) == ["1.2", "1.1", "1.3"]


def test_neither_the_study_itself_nor_a_later_one_is_earlier() -> None:
    assert _offered(study("1.9", "20260301"), study("1.2", "20260302"), study("1.3", "20260301")) == ["1.3"]


def test_a_study_without_a_date_is_offered_with_that_doubt() -> None:
    (prior,) = Offer().with_(NOW, "archive", [study(date="")]).priors
    assert prior.doubts == (Doubt.DATE,)
    assert prior.agrees


@pytest.mark.parametrize("number", ["47110", "471", "", "4711 b"])
def test_what_an_archive_that_matches_loosely_adds_is_left_out(number: str) -> None:
    assert _offered(study(patient_id=number)) == []


def test_blanks_and_case_of_a_patient_id_make_no_other_one() -> None:
    assert _offered(study(patient_id=" 4711 ")) == ["1.1"]


def test_the_same_number_of_another_issuer_is_another_patient_and_is_counted() -> None:
    offer = Offer().with_(NOW, "archive", [study("1.1", id_issuer="COUNTY"), study("1.2", id_issuer="city")])
    assert [each.study.study_uid for each in offer.priors] == ["1.2"]
    assert offer.strange == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ()),
        ({"patient_name": "Doe^Jane^^^"}, ()),
        ({"patient_name": "ROE^JANE"}, (Doubt.NAME,)),
        ({"birth_date": "19600103"}, (Doubt.BIRTH,)),
        ({"birth_date": "1960.01.02"}, ()),
        ({"patient_name": "", "birth_date": ""}, (Doubt.UNSAID_NAME, Doubt.UNSAID_BIRTH)),
    ],
)
def test_name_and_date_of_birth_are_looked_at(changes: dict[str, str], said: tuple[Doubt, ...]) -> None:
    assert doubts(NOW, study(**changes)) == said


def test_a_name_is_compared_in_the_letters_that_both_have() -> None:
    now = replace(NOW, patient=Patient("Yamada^Tarou=山田^太郎", "4711", "19600102"))
    assert doubts(now, study(patient_name="YAMADA^TAROU")) == ()
    assert doubts(now, study(patient_name="Yamada^Tarou=山本^太郎")) == (Doubt.NAME,)
    assert doubts(now, study(patient_name="=山田^太郎")) == ()


def test_a_person_in_doubt_comes_after_all_others() -> None:
    other = study("1.2", "20260101", patient_name="ROE^JANE")
    assert _offered(other, study("1.1", "20200101", modalities=("MR",))) == ["1.1", "1.2"]


def test_the_list_is_short_and_says_how_many_more_there_are() -> None:
    offer = Offer().with_(NOW, "archive", [study(f"1.{n}", f"20{n:02}0101") for n in range(10, 22)])
    assert len(offer.priors) == MOST == 8
    assert (offer.more, offer.priors[0].study.study_date) == (4, "20210101")


def test_what_two_archives_have_is_listed_once() -> None:
    offer = Offer().with_(NOW, "near", [study("1.1")]).with_(NOW, "far", [study("1.1"), study("1.2")])
    assert [(p.node, p.study.study_uid) for p in offer.priors] == [("near", "1.1"), ("far", "1.2")]


def test_the_series_that_is_compared_is_fetched_first() -> None:
    scout, lung = FoundSeries("1.1", "1.1.1", "CT", 1, "Scout"), FoundSeries("1.1", "1.1.2", "CT", 2, "Lung")
    report = FoundSeries("1.1", "1.1.3", "SR", 3, "Lung")
    assert sorted([report, scout, lung], key=lambda each: likeness(NOW, each)) == [lung, scout, report]


def test_no_word_of_the_patient_stands_in_a_repr() -> None:
    offer = Offer().with_(NOW, "archive", [study()])
    assert not any(word in repr((NOW, offer)) for word in ("DOE", "4711", "19600102"))
