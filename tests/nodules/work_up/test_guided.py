"""What a guideline is asked: kinds, sizes and change from the study, and the reader's before them."""

from dataclasses import replace

import pytest

from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.guidelines.advice import Asked, Recommendation
from lungview.nodules.guidelines.lung_rads_nodule import Nodule, Seen
from lungview.nodules.risk.inputs import Inputs
from lungview.nodules.work_up.guided import advice
from lungview.nodules.work_up.values import Guide, Said, Told

FINDING = Finding(
    (1, 5), Source.READER, Status.ACCEPTED, long_mm=12.0, short_mm=10.0, density=Density.PART_SOLID
)
BASELINE = Said(screening=Nodule(seen=Seen.BASELINE))


def screening(finding: Finding, density: Density):
    return advice(Told(finding), BASELINE, Inputs(age_years=62, density=density), Guide.LUNG_RADS)


@pytest.mark.parametrize(
    ("density", "kind"),
    [(Density.SOLID, "solid"), (Density.GROUND_GLASS, "ground-glass")],
)
def test_the_kind_of_nodule_is_that_of_its_density(density: Density, kind: str) -> None:
    found = screening(FINDING, density)
    assert isinstance(found, Recommendation)
    assert found.inputs[0] == ("kind of nodule", kind)


def test_a_solid_part_counts_by_the_mean_of_its_axes() -> None:
    part = replace(FINDING, solid_mm=7.0, solid_short_mm=5.6)  # 6.3 mm
    found = screening(part, Density.PART_SOLID)
    assert isinstance(found, Recommendation)
    assert found.category == "4A"


def test_with_one_axis_of_the_solid_part_its_size_is_asked() -> None:
    found = screening(replace(FINDING, solid_mm=7.0), Density.PART_SOLID)
    assert isinstance(found, Asked)
    assert found.names == ("solid_mm",)


@pytest.mark.parametrize("density", [Density.CALCIFIED, Density.FAT])
def test_whether_calcium_or_fat_is_benign_is_asked(density: Density) -> None:
    found = screening(FINDING, density)
    assert isinstance(found, Asked)
    assert found.names == ("nodule",)
