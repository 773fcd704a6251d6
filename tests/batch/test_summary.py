from lungview.batch.inputs import Input
from lungview.batch.summary import summarise
from lungview.batch.work import failed
from lungview.classify.case import Case, Verdict
from lungview.classify.outcome import is_flagged
from lungview.errors import DamagedFile, UnsupportedFormat
from tests.batch.test_store import make_row
from tests.report.conftest import make_card, make_instance, make_prediction


def test_every_input_is_counted_once() -> None:
    rows = [
        make_row("/a"),
        make_row("/b", label="normal", probabilities=(0.01, 0.01, 0.01, 0.97)),
        make_row("/c", verdict=Verdict.UNCERTAIN),
        make_row("/d", verdict=Verdict.NOT_SUITABLE),
        failed(Input(make_instance().path), DamagedFile("cut")),
        failed(Input(make_instance().path), UnsupportedFormat("text")),
    ]
    found = summarise(rows, make_card()).to_json()
    assert found["files"] == 6
    assert found["statuses"] == {"classified": 3, "not suitable": 1, "skipped": 1, "failed": 1}
    assert found["verdicts"] == {"called": 2, "uncertain": 1, "not suitable": 1}
    assert found["labels"] == {"adenocarcinoma": 1, "normal": 1}
    assert found["reasons"] == {"DamagedFile": 1, "UnsupportedFormat": 1}
    assert found["flagged"] == 2


def test_the_malignant_and_the_uncertain_are_flagged_the_refused_are_not() -> None:
    flags = [
        is_flagged(Case(make_instance(), make_prediction(**changes)), make_card())
        for changes in (
            {},
            {"label": "normal"},
            {"label": "normal", "verdict": Verdict.UNCERTAIN},
            {"verdict": Verdict.NOT_SUITABLE},
        )
    ]
    assert flags == [True, False, True, False]
