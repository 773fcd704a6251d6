"""Class names as people write them."""

import pytest

from lungview.errors import InputError
from lungview.training.data.labels import TASK_CLASSES, admitted, classes_of, normalise


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("adenocarcinoma_left.lower.lobe_T2_N0_M0_Ib", "adenocarcinoma"),
        ("large.cell.carcinoma_left.hilum_T2_N2_M0_IIIa", "large_cell_carcinoma"),
        ("squamous.cell.carcinoma_left.hilum_T1_N2_M0_IIIa", "squamous_cell_carcinoma"),
        ("Squamous Cell Carcinoma", "squamous_cell_carcinoma"),
        ("large cell", "large_cell_carcinoma"),
        ("squamous", "squamous_cell_carcinoma"),
        ("NORMAL", "normal"),
        ("Bengin cases", "benign"),
        ("Malignant cases", "malignant"),
        ("left ventricle", "left_ventricle"),
    ],
)
def test_a_class_name_is_understood_however_it_is_written(written: str, key: str) -> None:
    assert normalise(written) == key


def test_malignant_admits_every_malignant_subtype_and_no_other() -> None:
    assert admitted("malignant", TASK_CLASSES["subtype"]) == (True, True, True, False)


def test_benign_disease_has_no_subtype() -> None:
    assert admitted("benign", TASK_CLASSES["subtype"]) is None


def test_an_unknown_class_is_named() -> None:
    with pytest.raises(InputError, match="“cat” is none of adenocarcinoma"):
        admitted("cat", TASK_CLASSES["subtype"])


def test_a_custom_task_takes_its_classes_from_the_data() -> None:
    found = classes_of("custom", ["Small.Cell.Carcinoma", "granuloma", "granuloma"])
    assert [(c.key, c.malignant) for c in found] == [("granuloma", False), ("small_cell_carcinoma", True)]
