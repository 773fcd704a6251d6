"""Read back with pypdf, which shares no code with the writer."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from lungview import __version__, version
from lungview.classify.case import Case, Refusal, Suitability, Verdict
from lungview.errors import DamagedFile, ReportError
from lungview.report.content import (
    RESEARCH_USE,
    Institution,
    KeyImage,
    Layout,
    Measurement,
    Opinion,
    PageSize,
    PatientBlock,
)
from lungview.report.pdf.case import case_pdf, write_case
from tests.report.conftest import (
    SHA,
    heat,
    make_content,
    make_instance,
    make_prediction,
    make_slice,
    with_layout,
)


def written(tmp_path: Path, layout: Layout, **changes: object) -> PdfReader:
    path = tmp_path / "report.pdf"
    write_case(make_content(**changes), path, layout)
    return PdfReader(path)


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_a_case_says_what_was_called_how_sure_and_by_which_model(tmp_path: Path, layout: Layout) -> None:
    text = text_of(written(tmp_path, layout))
    for said in (
        "Model's call: Adenocarcinoma",
        "Probability 0.81. Malignancy 0.97, threshold 0.50.",
        "Malignant, all classes",
        "0.970",
        "threshold 0.50, uncertain 0.40–0.60",
        "Suitable: distance 4.20 from the training data, limit 12.00.",
        "Window width 1500, center −600 HU (Lung)",
        "Regions that drove the score, not a localisation.",
        "told cancer from health no better than a coin: AUC 0.45.",
        "demo-subtype@1.2",
        SHA,
        "On test 280 0.954 0.922–0.975 0.991",
        "646 0.450",
        "not for detection, staging or screening",
        f"LungView {__version__}",
        "50 mm",
    ):
        # Where the font changes inside a line pypdf breaks it.
        assert "".join(said.split()) in "".join(text.split()), said


def test_a_model_that_judges_the_mirror_image_too_is_said_to(tmp_path: Path, layout: Layout) -> None:
    said = "judgedwithitsmirrorimage"
    content = make_content()
    for mirrored in (False, True):
        path = tmp_path / f"{mirrored}.pdf"
        write_case(replace(content, card=replace(content.card, mirrored=mirrored)), path, layout)
        assert (said in "".join(text_of(PdfReader(path)).split())) is mirrored


def test_every_page_says_research_use_and_its_number_of_all(tmp_path: Path, layout: Layout) -> None:
    long = Opinion(impression="A finding.\n" * 90)
    reader = written(tmp_path, layout, opinion=long)
    count = len(reader.pages)
    assert count >= 3
    for i, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert RESEARCH_USE in text
        assert f"Page {i}" in text
        assert f"of {count}" in text


def test_the_slice_and_the_heat_map_are_on_the_first_page(tmp_path: Path, layout: Layout) -> None:
    sizes = [i.image.size for i in written(tmp_path, layout).pages[0].images]
    assert sizes.count((256, 256)) == 2


def test_the_heat_map_is_painted_where_it_is_warm(tmp_path: Path, layout: Layout) -> None:
    pictures = [i.image for i in written(tmp_path, layout).pages[0].images if i.image.size == (256, 256)]
    plain, painted = (np.asarray(p.convert("RGB"), dtype=int) for p in pictures)
    changed = np.abs(plain - painted).sum(axis=2) > 0
    assert np.array_equal(changed, heat() >= 0.3) or np.array_equal(
        changed & (heat() < 0.29), changed & False
    )


def test_fonts_are_embedded(tmp_path: Path, layout: Layout) -> None:
    reader = written(tmp_path, layout, slice=make_slice("山田^太郎"))
    fonts = [f.get_object() for f in reader.pages[0]["/Resources"]["/Font"].values()]
    names = {f["/BaseFont"].split("+")[-1] for f in fonts if "/FontDescriptor" in f}
    assert {"NotoSans-Regular", "NotoSans-Bold", "DroidSansFallback"} <= names
    assert all("/FontFile2" in f["/FontDescriptor"] for f in fonts if "/FontDescriptor" in f)


@pytest.mark.parametrize(
    ("block", "name", "number"),
    [
        (PatientBlock.FULL, "Müller, Jürgen", True),
        (PatientBlock.INITIALS, "M. J.", False),
        (PatientBlock.NONE, "", False),
    ],
)
def test_the_patient_block_shows_as_much_as_chosen(
    tmp_path: Path, layout: Layout, block: PatientBlock, name: str, number: bool
) -> None:
    text = text_of(written(tmp_path, with_layout(layout, patient=block)))
    assert name in text
    assert ("PID-0815" in text, "Müller" in text, "CT000014" in text and number) == (number, number, number)


def test_the_metadata_hold_no_patient_unless_chosen(tmp_path: Path, layout: Layout) -> None:
    assert written(tmp_path, layout).metadata.title == "Lung CT classification report"
    chosen = written(tmp_path, with_layout(layout, metadata_patient=True))
    assert chosen.metadata.title == "Lung CT classification report: Müller, Jürgen"
    hidden = with_layout(layout, metadata_patient=True, patient=PatientBlock.NONE)
    assert written(tmp_path, hidden).metadata.title == "Lung CT classification report"


@pytest.mark.parametrize(("page", "size"), [(PageSize.A4, (595, 842)), (PageSize.LETTER, (612, 792))])
def test_the_page_is_as_large_as_chosen(
    tmp_path: Path, layout: Layout, page: PageSize, size: tuple[int, int]
) -> None:
    box = written(tmp_path, with_layout(layout, page=page)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_a_case_that_is_not_suitable_gets_no_call(tmp_path: Path, layout: Layout) -> None:
    refused = make_prediction(
        verdict=Verdict.NOT_SUITABLE, suitability=Suitability(False, 40.0, 12.0, ("No lungs were found.",))
    )
    text = text_of(written(tmp_path, layout, case=Case(make_instance(), refused)))
    assert "No call: not suitable for this model" in text
    assert "No lungs were found." in text
    assert "Model's call" not in text
    assert "Grad-CAM" not in text
    assert "Not shown: the model must not judge this picture." in text


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal.NO_LUNG, "not a CT slice with lung"),
        (Refusal.UNLIKE, "The second reader (findings) still answers."),
    ],
)
def test_whether_the_picture_or_the_model_is_why_there_is_no_call_is_said(
    tmp_path: Path, layout: Layout, refusal: Refusal, said: str
) -> None:
    word = Suitability(False, 40.0, 12.0, ("a reason",), refusal=refusal)
    refused = make_prediction(verdict=Verdict.NOT_SUITABLE, suitability=word)
    assert said in text_of(written(tmp_path, layout, case=Case(make_instance(), refused)))


def test_an_uncertain_case_says_why(tmp_path: Path, layout: Layout) -> None:
    unsure = make_prediction(verdict=Verdict.UNCERTAIN, probabilities=(0.2, 0.2, 0.15, 0.45), label="normal")
    text = text_of(written(tmp_path, layout, case=Case(make_instance(), unsure)))
    assert "Probability of malignancy 0.55, inside the uncertain band 0.40–0.60." in text


def test_a_model_that_is_not_calibrated_gives_scores(tmp_path: Path, layout: Layout) -> None:
    text = text_of(written(tmp_path, layout, case=Case(make_instance(), make_prediction(calibrated=False))))
    assert "Score 0.81." in text
    assert "Probabilit" not in text


def test_a_failed_case_has_no_heat_map_and_says_the_sentence(tmp_path: Path, layout: Layout) -> None:
    failed = Case(make_instance(), error=DamagedFile("the pixel data end early"))
    text = text_of(written(tmp_path, layout, case=failed, card=None, heat=None))
    assert "No prediction: the pixel data end early" in text
    assert "No heat map." in text
    assert "Grad-CAM" not in text


def test_the_readers_part_is_printed(tmp_path: Path, layout: Layout) -> None:
    text = text_of(
        written(
            tmp_path,
            layout,
            opinion=Opinion("Suspicious", "Spiculated nodule.", "Dr. Reader", read_first=True, agrees=False),
            measurements=[Measurement("Length", "12.4 mm", "image 14")],
            key_images=[KeyImage(np.zeros((8, 8), np.uint8), "The nodule", "Window width 400")],
        )
    )
    for said in ("Suspicious", "Spiculated nodule.", "Dr. Reader", "Disagrees", "12.4 mm", "The nodule"):
        assert said in text, said


def test_every_page_and_the_provenance_name_version_and_commit(
    tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version, "build", lambda: version.Build("9.8.7", "c0ffee00" * 5))
    reader = written(tmp_path, layout)
    said = text_of(reader).count("LungView 9.8.7 (c0ffee00)")
    assert said == len(reader.pages) + 1
    assert reader.metadata.creator == "LungView 9.8.7 (c0ffee00)"


def test_a_report_in_memory_is_the_one_on_disk(tmp_path: Path, layout: Layout) -> None:
    on_disk = text_of(written(tmp_path, layout))
    assert text_of(PdfReader(BytesIO(case_pdf(make_content(), layout)))) == on_disk


def test_the_institution_heads_the_page(tmp_path: Path, layout: Layout) -> None:
    head = with_layout(layout, institution=Institution("St. Elsewhere\nRadiology"))
    reader = written(tmp_path, head)
    assert "St. Elsewhere" in reader.pages[0].extract_text()
    assert reader.metadata.author == "St. Elsewhere"


def test_a_logo_that_cannot_be_read_is_named(tmp_path: Path, layout: Layout) -> None:
    (tmp_path / "logo.png").write_bytes(b"no picture")
    with pytest.raises(ReportError, match=r"logo\.png cannot be read"):
        written(tmp_path, with_layout(layout, institution=Institution("", tmp_path / "logo.png")))
    assert not (tmp_path / "report.pdf").exists()


def test_a_case_is_one_page(tmp_path: Path, layout: Layout) -> None:
    opinion = Opinion(
        "Suspicious", "Spiculated nodule.\nBiopsy.", "Dr. Reader", read_first=True, agrees=False
    )
    measured = [Measurement("Length", "12.4 mm", "image 14")]
    for page in PageSize:
        found = written(tmp_path, with_layout(layout, page=page), opinion=opinion, measurements=measured)
        assert len(found.pages) == 1


def test_what_does_not_fit_one_page_leaves_no_page_nearly_empty(tmp_path: Path, layout: Layout) -> None:
    images = [KeyImage(np.zeros((256, 256), np.uint8), f"Nodule {i}", "") for i in range(6)]
    reader = written(tmp_path, layout, key_images=images)
    assert len(reader.pages) > 1
    lines = [len(page.extract_text().splitlines()) + 40 * len(page.images) for page in reader.pages]
    assert min(lines) > 30
    text = text_of(reader)
    assert [f"Nodule {i}" in text for i in range(6)] == [True] * 6


def test_the_readers_word_leads_and_the_models_follows_in_letters_as_large(
    tmp_path: Path, layout: Layout
) -> None:
    page = written(tmp_path, layout, opinion=Opinion("Suspicious", confidence="fairly sure")).pages[0]
    sizes: dict[str, tuple[float, float]] = {}

    def see(text: str, user: list[float], matrix: list[float], _font: object, size: float) -> None:
        for said in ("Reader's opinion", "Model's call"):
            if said in text:
                sizes[said] = (size * user[3], user[3] * matrix[5] + user[5])

    page.extract_text(visitor_text=see)
    reader, model = sizes["Reader's opinion"], sizes["Model's call"]
    assert reader[0] == pytest.approx(model[0])
    assert reader[1] > model[1]  # y grows upwards
