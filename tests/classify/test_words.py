"""What is said of a model's figures: the same in the window and in a report."""

from lungview.classify import words


def test_cancer_against_normal_and_refusals_stand_beside_the_accuracy() -> None:
    found = {
        "n": 574,
        "accuracy": 0.584,
        "auc_cancer": 0.404,
        "refused": 0.146,
        "ci95": {"auc_cancer": [0.296, 0.512]},
    }
    assert words.figures(found) == (
        "n = 574, accuracy 0.584, AUC of cancer against normal 0.404 (0.296–0.512), "
        "share refused by the gate 0.146"
    )
