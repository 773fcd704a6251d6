"""What a work-up must not compute from: each is asked for or refused in one sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.image.slice import Instance, Patient, Slice, Study
from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.lung.quantify import quantify
from lungview.nodules.finding import Finding
from lungview.nodules.growth.change import change
from lungview.nodules.growth.chest import Chest, chest
from lungview.nodules.growth.scans import scan_of
from lungview.nodules.guidelines.advice import Asked, NoRule, Recommendation
from lungview.nodules.guidelines.fleischner import Risk as OfCancer
from lungview.nodules.guidelines.lung_rads import Incomplete
from lungview.nodules.guidelines.lung_rads_nodule import Seen
from lungview.nodules.lobe import Lobe
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.risk.formula import Estimate, Missing
from lungview.nodules.risk.inputs import PriorCancer, Sex, Uptake
from lungview.nodules.work_up.exam import Modifiers
from lungview.nodules.work_up.values import Guide, Refused, WorkUp
from lungview.study.series import Series
from lungview.study.volume import Volume
from lungview.viewer.nodules.held import HeldVolume
from lungview.viewer.nodules.listed import FindingList, Listed
from lungview.viewer.work_up import background
from lungview.viewer.work_up.answers import Answers
from lungview.viewer.work_up.desk import Desk
from lungview.viewer.work_up.questions import AGE
from tests.viewer.work_up.test_desk import SERIES, answered, listed

NOW = replace(SERIES, slice_spacing=1.0, thickness=1.0)
BEFORE = replace(NOW, key="b", uid="1.2.2", study=Study("1.1", date="20230131"))
UNKNOWN = replace(BEFORE, study=Study("1.1"))
OTHER_PERSON = replace(BEFORE, patient=Patient("Other^One", "9"))

PAIRS = [
    (OTHER_PERSON, NOW, "growth needs two scans of one person, found scans of two people"),
    (replace(NOW, key="b"), NOW, "growth needs a prior scan, found the same study twice"),
    (UNKNOWN, NOW, "growth needs the dates of both scans, the prior one has none"),
    (
        BEFORE,
        replace(NOW, study=Study("1.2")),
        "growth needs the dates of both scans, the present one has none",
    ),
    (NOW, BEFORE, "growth needs the prior scan first, found it 365 days after the present one"),
]


def unread(_: Instance) -> Slice:
    raise AssertionError("a slice was read before the scans were known to be comparable")


@pytest.mark.parametrize(("before", "now", "why"), PAIRS)
def test_two_scans_that_tell_no_growth_are_refused_before_a_slice_is_read(before, now, why) -> None:
    sides = (background.Scanned(each, FindingList()) for each in (now, before))
    with pytest.raises(InputError) as refused:
        background.against_prior(lambda _: None, lambda: False, *sides, HeldVolume(), unread)
    assert refused.value.message == why


@pytest.mark.parametrize(("before", "now", "why"), PAIRS)
def test_a_prior_that_tells_no_growth_is_offered_with_the_reason_against_it(before, now, why) -> None:
    now = replace(now, key="k")
    assert background.priors_of(now, [replace(before, key="b"), now])[0][1] == why


def told_all(series: Series, each: Listed, guide: Guide = Guide.LUNG_RADS) -> Desk:
    """A desk where all was answered that the study does not tell."""
    desk = Desk(series, Answers(guide))
    answered(
        desk, each, risk__smoker=True, risk__family_history=False, risk__prior_cancer=PriorCancer.NONE,
        risk__emphysema=False, risk__spiculated=True, risk__uptake=Uptake.FAINT, risk__sex=Sex.MALE,
        screening__seen=Seen.BASELINE, chance__screening=False, chance__known_cancer=False,
        chance__immunosuppressed=False, chance__risk=OfCancer.HIGH, __lobe=Lobe.RUL,
    )  # fmt: skip
    return desk


def worked_up(series: Series, each: Listed, guide: Guide = Guide.LUNG_RADS) -> WorkUp:
    return told_all(series, each, guide).work_up(each, FindingList(models=(each,)))


PEOPLE = [
    (Patient(age="007Y"), 7, "people below 50 years", "not made for people below 35 years"),
    (Patient(birth_date="20170115"), 7, "people below 50 years", "not made for people below 35 years"),
    (Patient(age="130Y"), 130, "people above 80 years", "expected an age of 0 to 120 years, found 130"),
    (Patient(birth_date="18940115"), 130, "people above 80 years", "an age of 0 to 120 years, found 130"),
]


@pytest.mark.parametrize(("patient", "years", "screening", "chance"), PEOPLE)
def test_an_age_of_7_or_130_has_no_risk_and_no_category(patient, years, screening, chance) -> None:
    series, each = replace(NOW, patient=patient), listed()
    found = worked_up(series, each)
    assert [type(risk) for risk in found.risks] == [Refused] * 4
    assert all(f"found {years} years: not computed" in str(risk) for risk in found.risks)
    assert str(found.advice) == f"Lung-RADS v2022: not made for {screening}"
    by_chance = worked_up(series, each, Guide.FLEISCHNER).advice
    assert isinstance(by_chance, NoRule | Refused)
    assert str(by_chance).endswith(chance)


@pytest.mark.parametrize("said", [{"negative": True}, {"incomplete": Incomplete.PRIOR}])
def test_the_exam_of_a_child_has_no_category_either(said) -> None:
    desk = Desk(replace(NOW, patient=Patient(age="007Y")), Answers(modifiers=Modifiers(**said)))
    assert isinstance(desk.exam(FindingList()).overall, NoRule)
    each = listed()
    answered(desk, each, risk__age_years=60)  # the file was wrong, says the reader
    assert not isinstance(desk.exam(FindingList()).overall, NoRule)


@pytest.mark.parametrize("guide", Guide)
@pytest.mark.parametrize("age", ["", "999Y", "60"])
def test_an_age_that_is_not_known_is_asked_by_what_needs_it(age: str, guide: Guide) -> None:
    found = worked_up(replace(NOW, patient=Patient(age=age)), listed(), guide)
    assert [type(risk) for risk in found.risks] == [Missing] * 4
    assert isinstance(found.advice, Asked)
    assert found.advice.names == ("age_years",)
    assert found.advice.labels == ("age",)


@pytest.mark.parametrize("said", [{"negative": True}, {"incomplete": Incomplete.PRIOR}])
def test_the_exam_of_someone_whose_age_nobody_knows_asks_for_it(said) -> None:
    desk = Desk(replace(NOW, patient=Patient()), Answers(modifiers=Modifiers(**said)))
    assert str(desk.exam(FindingList()).overall) == "Lung-RADS v2022 asks: age"
    desk.answers = desk.answers.answered("", AGE, 62.0)
    assert isinstance(desk.exam(FindingList()).overall, Recommendation)


def cut(start: int) -> Listed:
    """Two slices from `start` on, of 60."""
    each = listed()
    mask = Outline(np.ones((2, 3, 3), bool), (start, 5, 5), (60, 20, 20), (1.0, 0.7, 0.7), -860.0, 40.0)
    finding = replace(each.located.finding, outline=mask)
    return replace(each, located=replace(each.located, finding=finding))


@pytest.mark.parametrize("guide", Guide)
@pytest.mark.parametrize("start", [0, 58])
def test_a_nodule_cut_by_the_first_or_last_slice_is_asked_for_its_size(start: int, guide: Guide) -> None:
    found = worked_up(NOW, cut(start), guide)
    assert not any(isinstance(risk, Estimate) for risk in found.risks)
    assert isinstance(found.advice, Asked)
    assert found.notes == ("cut by the edge of the scan: its size is not known",)


@pytest.mark.parametrize("start", [0, 58])
def test_a_nodule_cut_by_the_first_or_last_slice_has_no_growth(start: int) -> None:
    whole, edge = listed(mm=6.0).located.finding, cut(start).located.finding
    for pair in ((whole, edge), (edge, whole)):
        found = change(*pair, (scan_of(BEFORE), scan_of(NOW)), 365)
        assert (found.trend, found.doubling_days, found.volume_mm3, found.mean_mm) == (None,) * 4


def test_slices_above_three_millimetres_have_no_volume_and_it_is_said() -> None:
    found = worked_up(replace(NOW, thickness=3.1), listed())
    assert found.finding.volume_mm3 is None
    assert found.notes == ("no volumetry: it needs slices of at most 3 mm, found 3.1 mm",)


def air(sides: tuple[int, ...]) -> tuple[Volume, LungMask]:
    """Whole lungs of 64 ml each, a third of them emphysema, where `sides` has them; tissue around."""
    values = np.full((22, 22, 42), 40, np.int16)
    values[1:-1, 1:-1, 1:-1] = -850
    values[1:8, 1:-1, 1:-1] = -980
    labels = np.zeros(values.shape, np.uint8)
    for side, columns in ((RIGHT, slice(1, 21)), (LEFT, slice(21, 41))):
        labels[1:-1, 1:-1, columns] = side if side in sides else 0
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    return Volume(values, (2.0, 2.0, 2.0), (0.0, 0.0, 0.0), axes), LungMask(labels)


def test_a_mask_of_no_voxel_is_refused() -> None:
    with pytest.raises(InputError, match="the lung mask is empty"):
        quantify(*air(()))
    with pytest.raises(InputError):
        chest(replace(air(())[0], values=np.full((20, 20, 40), 40, np.int16)))


@pytest.mark.parametrize(("sides", "told"), [((RIGHT, LEFT), True), ((RIGHT,), False), ((LEFT,), False)])
def test_one_lung_alone_tells_no_emphysema_and_no_lobe_of_the_other(sides, told: bool) -> None:
    volume, mask = air(sides)
    other = 70.0 if RIGHT in sides else 8.0  # mm: deep in the lung that may be gone
    each = placed(listed(), (other, 20.0, 20.0))
    desk = Desk(NOW, chest=Chest(volume, mask, quantify(volume, mask)))
    found = desk.work_up(each, FindingList(models=(each,)))
    assert ("emphysema" in found.filled, found.lobe is not None) == (told, told)


def placed(each: Listed, place: tuple[float, float, float]) -> Listed:
    finding: Finding = replace(each.located.finding, place_mm=place)
    return replace(each, located=replace(each.located, finding=finding))


@pytest.mark.parametrize(("mm", "refused"), [(0.9, 4), (3.9, 2), (30.1, 4)])
def test_a_size_outside_of_a_formulas_range_is_refused_in_its_place(mm: float, refused: int) -> None:
    each = listed()
    desk = told_all(NOW, each)
    answered(desk, each, risk__long_mm=mm)
    found = desk.work_up(each, FindingList(models=(each,)))
    assert [type(risk) for risk in found.risks] == [Estimate] * (4 - refused) + [Refused] * refused


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("seen", {}),
        ("nodule", {"density": None}),
        ("size_mm", {"long_mm": None}),
        ("size_mm", {"short_mm": None}),
    ],
)
def test_lung_rads_asks_for_what_is_missing(name: str, unknown: dict[str, None]) -> None:
    each = listed()
    desk = told_all(NOW, each)
    if not unknown:
        answered(desk, each, screening__seen=None)
    finding = replace(each.located.finding, **unknown)
    each = replace(each, located=replace(each.located, finding=finding))
    found = desk.work_up(each, FindingList(models=(each,))).advice
    assert isinstance(found, Asked)
    assert found.names == (name,)


@pytest.mark.parametrize("name", ["screening", "known_cancer", "immunosuppressed", "risk"])
def test_fleischner_asks_for_what_is_missing(name: str) -> None:
    each = listed()
    desk = told_all(NOW, each, Guide.FLEISCHNER)
    answered(desk, each, **{f"chance__{name}": None})
    found = desk.work_up(each, FindingList(models=(each,))).advice
    assert isinstance(found, Asked)
    assert found.names == (name,)


@pytest.mark.parametrize("name", ["screening", "known_cancer", "immunosuppressed"])
def test_fleischner_refuses_whom_it_was_not_made_for(name: str) -> None:
    each = listed()
    desk = told_all(NOW, each, Guide.FLEISCHNER)
    answered(desk, each, **{f"chance__{name}": True})
    assert isinstance(desk.work_up(each, FindingList(models=(each,))).advice, NoRule)
