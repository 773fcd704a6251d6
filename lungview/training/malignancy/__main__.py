"""`python -m lungview.training.malignancy DATA OUT`: fit the judge, measure it once, write its folder."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from lungview.files import write_atomically
from lungview.model.card import MALIGNANCY, ClassLabel, ModelCard, to_json
from lungview.nodules import judge as judging
from lungview.nodules.judge import Judge
from lungview.training.malignancy import fit, vois
from lungview.training.malignancy.figures import figures
from lungview.training.measure.evaluate import rounded

FILE = "model.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a folder with index.csv and vois.npz")
    parser.add_argument("out", type=Path, help="the model folder")
    args = parser.parse_args()
    seen, refused = fit.see(vois.read(args.data, "train"))
    logits = fit.held_out(seen)
    rated = np.array([s.voi.malignancy != 3 for s in seen])
    malignant = np.array([s.voi.malignancy > 3 for s in seen])
    judge = fit.calibrated(fit.fit(seen), logits[rated], malignant[rated])
    measured = {"train_five_fold": _uncalibrated(figures(seen, logits, len(refused)))}
    held, refused = fit.see(vois.read(args.data, "test"))
    measured["test"] = figures(held, np.array([judge.logit(s.described) for s in held]), len(refused))
    write(args.out, judge, rounded(dict(reversed(measured.items()))))  # the test first, as on every card


def _uncalibrated(found: dict[str, Any]) -> dict[str, Any]:
    """Figures of log odds that were not calibrated yet, with their calibration error named so."""
    found["ece_uncalibrated"] = found.pop("ece")
    found["ci95"]["ece_uncalibrated"] = found["ci95"].pop("ece")
    return found


def write(folder: Path, judge: Judge, measured: dict[str, Any]) -> None:
    """model.json and card.json of a judge."""
    content = (json.dumps(judging.to_json(judge)) + "\n").encode()
    write_atomically(folder / FILE, content)
    card = to_json(_card(content, measured))
    write_atomically(folder / "card.json", (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())


def _card(content: bytes, measured: dict[str, Any]) -> ModelCard:
    counts = {part: (found["n"], found["patients"]) for part, found in measured.items()}
    (n, patients), (test_n, test_patients) = counts["train_five_fold"], counts["test"]
    return ModelCard(
        id="malignancy",
        name="Malignancy of an outlined nodule",
        version="1.2.0",
        task=MALIGNANCY,
        architecture="logistic regression",
        classes=(ClassLabel("benign", "Benign", False), ClassLabel("malignant", "Malignant", True)),
        input_size=(16, 16),
        preparation="box",
        accepts_raster=False,
        calibrated=True,
        file=FILE,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        data=f"LIDC-IDRI: {n + test_n} nodules of {patients + test_patients} patients, boxes in HU and masks",
        split=f"by patient: {n} nodules of {patients} to train, {test_n} of {test_patients} to test",
        metrics=measured,
        intended_use="Research and demonstration. Not a medical device, not for diagnosis.",
        limits=(
            "The labels are radiologists' ratings of malignancy, not pathology; a 3 is in no figure but the "
            f"overlap; places that the outline refused ({_refused(measured)}) are in none. "
            "Mostly size decides; above 10 mm little separates, and the answer is a band. "
            f"The calibration error on the test part is {measured['test']['ece']:.2f} of "
            f"{measured['test']['rated']} nodules. "
            "Ground glass around a solid core is left out where only the core is clicked: draw a box."
        ),
        licence_data="LIDC-IDRI, CC BY 3.0: cite Armato et al. 2011.",
        licence_weights="Apache-2.0",
    )


def _refused(measured: dict[str, Any]) -> str:
    return ", ".join(f"{m['refused']} of {m['n'] + m['refused']}" for m in measured.values())


if __name__ == "__main__":
    main()
