"""The catalogues of the window: what is found in them, and what a system's language comes to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lungview import languages, paths
from lungview.errors import AnnotationError, SettingsError, StudyListError
from lungview.languages import Catalogue, Forms
from lungview.marks.finding_store import FindingStore
from lungview.marks.store import AnnotationStore
from lungview.marks.study_marks import OldPicture
from lungview.viewer.study_list.store import StudyStore

WORDS = {
    "Open": "Öffnen",
    "Slice %1 / %2": "Schicht %1 / %2",
    "%1 of %2 slices": "von %2 Schichten %1",
    "the file is empty": "die Datei ist leer",
    "not read: %1": "nicht gelesen: %1",
    "W %1  L %2": "B %1  M %2",
    "None@@Form": "Keines",
    "None": "Keiner",
    "no nodule": "kein Rundherd",
}


@pytest.fixture
def german() -> Catalogue:
    return Catalogue("de", WORDS)


def test_places_are_filled_in_where_the_other_wording_has_them(german: Catalogue) -> None:
    assert german.said("Slice 7 / 300") == "Schicht 7 / 300"
    assert german.said("3 of 12 slices") == "von 12 Schichten 3"


def test_what_is_not_known_stays_as_it_is(german: Catalogue) -> None:
    assert german.said("DOE^JANE") == "DOE^JANE"
    assert german.said("") == ""
    assert german.exact("never said") is None


def test_a_sentence_inside_a_sentence_is_said_too(german: Catalogue) -> None:
    assert german.said("not read: the file is empty") == "nicht gelesen: die Datei ist leer"


def test_capitals_and_full_stops_are_kept(german: Catalogue) -> None:
    assert german.said("The file is empty.") == "Die Datei ist leer."
    assert german.said("No nodule") == "Kein Rundherd"


def test_each_line_and_each_sentence_is_said_by_itself(german: Catalogue) -> None:
    assert german.said("a.dcm: the file is empty") == "a.dcm: die Datei ist leer"
    assert (
        german.said("The file is empty. Unknown.\nno nodule") == "Die Datei ist leer. Unknown.\nkein Rundherd"
    )


def test_a_wording_without_a_word_in_it_fits_nothing() -> None:
    assert Forms({"%1 × %2": "%2 × %1"}).of("3 × 4") is None


def test_a_sentence_keeps_its_full_stop_before_another() -> None:
    forms = Forms({"Open it: now.": "Öffnen: jetzt.", "It is kept.": "Es bleibt."})
    assert forms.said("Open it: now. It is kept.") == "Öffnen: jetzt. Es bleibt."


def test_a_wording_is_not_laid_around_several_sentences_or_around_itself() -> None:
    forms = Forms({"It is %1.": "Es ist %1.", "the %1 end: look there": "das Ende %1: dort hinsehen"})
    assert forms.said("It is cut. Nobody knows. It is whole.") == "Es ist cut. Nobody knows. Es ist whole."
    text = "the lower end: look there; the upper end: look there"
    assert forms.said(text) == "das Ende lower: dort hinsehen; das Ende upper: dort hinsehen"


def test_a_wording_with_commas_is_known_behind_a_capital_letter() -> None:
    assert Forms({"smoker, now or ever": "Raucher, jetzt oder früher"}).said("Smoker, now or ever") == (
        "Raucher, jetzt oder früher"
    )


SPOKEN = (
    "Densities are of the part scanned, not comparable with whole lungs. Reason: the lungs reach the lowest "
    "slice: they may go on beyond it; the lungs reach the highest slice: they may go on beyond it. Thirds "
    "and change over time are not told, nor is emphysema filled in for risk formulas.",
    "3 findings called on the 70 slices looked at.",
    "cut by the edge of the prior scan: its size is not known, its growth not computed",
    "Reformatted, maximum of 10 mm",
    "3 contours lie on no slice that is open",
    "12 contours lie in another frame of reference than what is open",
    "7 contours say no kind that is known; not shown",
    "3 frames name no segment of the list; not shown",
    "2 of the 9 pictures that it names are not open: series 1.2",
    "it asks for the subtraction of a mask; that is not shown here",
    "Lung-RADS v2022 asks: kind of nodule, against the prior exam, its category at the prior exam",
)


@pytest.mark.parametrize("code", [code for code in languages.NAMES if code != "en"])
@pytest.mark.parametrize("text", SPOKEN)
def test_no_english_word_is_left_in_what_is_said(text: str, code: str) -> None:
    known = {"longest", "mm", "cm", "scan", "minimum", "maximum", "emphysem", "lung", "rads"}
    known |= {"de": {"frames", "segment"}, "fr": {"contours", "nodule", "segment"}}.get(code, set())
    said = languages.load(code).said(text).lower()
    left = set(re.findall(r"[a-z]{3,}", said)) & set(re.findall(r"[a-z]{3,}", text.lower())) - known
    assert left == set()


def test_a_list_has_its_marks(german: Catalogue) -> None:
    assert german.said("• the file is empty\n• no nodule") == "• die Datei ist leer\n• kein Rundherd"


def test_a_list_is_said_part_by_part() -> None:
    forms = Forms(
        {"doubles in %1 days": "verdoppelt in %1 Tagen", "over %1 days": "in %1 Tagen", "new": "neu"}
    )
    assert forms.said("new, doubles in 210 days, over 90 days") == "neu, verdoppelt in 210 Tagen, in 90 Tagen"


def test_the_same_word_in_another_context(german: Catalogue) -> None:
    assert german.exact("None", "Form") == "Keines"
    assert german.exact("None", "Other") == "Keiner"


@pytest.mark.parametrize(
    "text", ["Open", "Slice 7 / 300", "The file is empty.", "not read: the file is empty"]
)
def test_back_to_english_is_what_it_was(german: Catalogue, text: str) -> None:
    assert german.english(german.said(text)) == text


def test_brackets_of_a_text_are_no_pattern() -> None:
    assert Forms({"lost (%1)": "verloren (%1)"}).of("lost (a|b)*") is None
    assert Forms({"lost (%1)": "verloren (%1)"}).of("lost (a|b)") == "verloren (a|b)"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["de-AT", "en"], "de"),
        (["pt-BR", "es-MX"], "es"),
        (["zh-Hans-CN"], "zh"),
        (["zh_CN"], "zh"),
        (["zh-Hant-TW", "zh-TW", "fr"], "fr"),
        (["ja"], "ja"),
        (["pl"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_of_the_system_that_is_here(wanted: list[str], code: str) -> None:
    assert languages.best(wanted) == code


def test_english_has_no_catalogue_and_every_other_language_has() -> None:
    assert languages.load("en") is languages.ENGLISH
    assert {path.stem for path in (paths.resources() / "languages").glob("*.json")} == {
        code for code in languages.NAMES if code != "en"
    }


@pytest.mark.parametrize("bad", ["{", "[1]", json.dumps({"Open": 3})])
def test_a_damaged_catalogue_is_a_sentence(bad: str, tmp_path, monkeypatch) -> None:
    folder = tmp_path / "languages"
    folder.mkdir()
    (folder / "de.json").write_text(bad, encoding="utf-8")
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    with pytest.raises(SettingsError, match="the language de cannot be read"):
        languages.load("de")


def _failures(folder: Path) -> list[str]:
    """What the stores say, each time, whose files fail; without the reason, which is SQLite's."""
    broken = folder / "broken.sqlite"
    broken.write_text("no database" * 100)
    findings = FindingStore(broken)
    marks, studies = AnnotationStore(folder / "marks.sqlite"), StudyStore(folder / "studies.sqlite")
    marks.close()
    studies.close()
    studies.path.with_name("studies.sqlite.bad").mkdir()
    calls: list[Callable[[], object]] = [
        lambda: findings.delete("a"),
        lambda: findings.of_study("p", "1.2"),
        lambda: AnnotationStore(broken),
        lambda: marks.study("1.2"),
        lambda: marks.doubt([OldPicture("1.2", "1", 0)]),
        lambda: marks.delete("a"),
        lambda: StudyStore(broken / "studies.sqlite"),
        studies.all,
        lambda: studies.remove([]),
        studies.clear,
    ]
    said = []
    for call in calls:
        with pytest.raises((AnnotationError, StudyListError)) as caught:
            call()
        said.append(caught.value.message.split(": ")[0])
    return said


IN_GERMAN = [
    "die Befunde können nicht gespeichert werden",
    "die Befunde können nicht gelesen werden",
    "die Markierungen können nicht geöffnet werden",
    "die Markierungen können nicht gelesen werden",
    "die Markierungen können nicht gespeichert werden",
    "die Markierungen können nicht gelöscht werden",
    "die Liste der Studien kann nicht geöffnet werden",
    "die Liste der Studien kann nicht gelesen werden",
    "die Liste der Studien kann nicht gespeichert werden",
    "die Liste der Studien kann nicht geleert werden",
]


def test_a_store_that_fails_says_so_in_whole_german_sentences(tmp_path: Path) -> None:
    assert [languages.load("de").said(each) for each in _failures(tmp_path)] == IN_GERMAN


@pytest.mark.parametrize("code", [code for code in languages.NAMES if code != "en"])
def test_a_store_that_fails_holds_no_english_word_in_any_language(code: str, tmp_path: Path) -> None:
    for failure in _failures(tmp_path):
        said = languages.load(code).said(f"{failure}: [Errno 5]")
        assert not set(failure.split()) & set(said.replace(":", " ").split()) - {"annotations"}  # French
