"""The JSON objects of the interface, as types: mypy holds the program to them, OpenAPI is made of them."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Failure(TypedDict):
    """A file, or a frame of one, without an answer."""

    path: str
    frame: NotRequired[int]
    error: str
    reason: str
    hint: str


class Suitability(TypedDict):
    """The gate's word: distance from the training data, the card's limit, a sentence for each reason.

    refusal: what it refused for, in a word or two; null where it agreed.
    """

    score: float | None
    threshold: float | None
    reasons: list[str]
    overridden: bool
    refusal: str | None


class Seconds(TypedDict):
    """Wall-clock seconds of each stage."""

    read: float
    prepare: float
    infer: float


class Words(TypedDict):
    """The answer in fixed sentences, as the window has them. number: what the numbers may be called."""

    headline: str
    uncertain: str
    number: str
    gate: list[str]
    heat_map: str


class CaseAnswer(TypedDict):
    """One picture and one model: the line of `lungview classify --json`, and what a page needs beside it.

    file: number of the upload, from 0. member: name inside a zip. Where `suitable` is false and `overridden`
    too, `probabilities` and `heat_maps` are null. box: top, left, bottom, right of what the network saw, px.
    outline: (x, y) px around what of it the network saw, null for all of it, and of what was refused.
    heat_maps: class key → PNG (RGBA, straight alpha, full opacity) over the whole picture, as a data URL.
    """

    file: int
    member: str
    path: str
    frame: int
    model: str
    version: str
    classes: list[str]
    probabilities: list[float] | None
    calibrated: bool
    label: str
    verdict: Literal["called", "uncertain", "not suitable"]
    suitable: bool
    overridden: bool
    suitability: Suitability
    seconds: Seconds
    box: list[float]
    outline: list[list[float]] | None
    words: Words
    heat_maps: dict[str, str] | None


class ClassifyAnswer(TypedDict):
    """An answer for every picture and model, and a failure for every file that gave none."""

    notice: str
    program: str
    answers: list[CaseAnswer | Failure]


class Third(TypedDict):
    """A third of one lung."""

    volume_ml: float
    laa950: float | None
    perc15_hu: float | None


class Thirds(TypedDict):
    """Upper, middle and lower third of each lung."""

    right: list[Third]
    left: list[Third]


class Lungs(TypedDict):
    """Volumes in the scan and density of both lungs.

    coverage: complete, partial or unknown. mark: what must stand beside the densities. reasons: why neither
    thirds nor change over time are told; thirds are null then. summary: all of it in one line.
    """

    left_ml: float
    right_ml: float
    laa950: float | None
    perc15_hu: float | None
    coverage: str
    mark: list[str]
    reasons: list[str]
    thirds: Thirds | None
    summary: str


class Finding(TypedDict):
    """One nodule. box: x0, y0, x1, y1 in pixels of `slice`, which counts from 0; lengths in mm.

    band: malignancy in words, where there is no probability.
    """

    id: int
    x_mm: float | None
    y_mm: float | None
    z_mm: float | None
    slice: int
    box: list[float]
    first_slice: int
    last_slice: int
    long_mm: float | None
    short_mm: float | None
    volume_mm3: float | None
    density: str | None
    score: float | None
    probability: float | None
    band: str | None
    called: bool | None


class Outlined(TypedDict):
    """A closed line around a finding on a slice. points: x, y in px; column c covers [c, c + 1)."""

    finding: int
    slice: int
    points: list[list[float]]


class SeriesAnswer(TypedDict):
    """The line of `lungview findings` of a series, or of a picture that is in none.

    places: of each slice, in the order that `slice` counts in: upload, member and frame.
    outlines: of the findings that were outlined, on every slice that they are seen on.
    """

    series_uid: NotRequired[str]
    patient_id: NotRequired[str]
    path: NotRequired[str]
    frame: NotRequired[int]
    slices: int
    suitable: bool
    reasons: list[str]
    notes: list[str]
    conclusion: str
    lungs: Lungs | None
    findings: list[Finding]
    slice_scores: list[list[Any]]
    model: str
    seconds: dict[str, float]
    places: list[list[Any]]
    outlines: list[Outlined]


class FindingsAnswer(TypedDict):
    """An answer for every series and loose picture, and a failure for every file that gave none."""

    notice: str
    program: str
    answers: list[SeriesAnswer | Failure]


class OperatingPoint(TypedDict):
    """The threshold of malignancy, and the band around it in which there is no call."""

    threshold: float
    uncertain: list[float]


class ClassLabel(TypedDict):
    """One output of a network."""

    key: str
    text: str
    malignant: bool


class Model(TypedDict):
    """What a model says of itself. card: the whole card.json. figures: a line for each data set."""

    id: str
    name: str
    version: str
    task: str
    architecture: str
    classes: list[ClassLabel]
    needs_box: bool
    calibrated: bool
    operating_point: OperatingPoint
    default: bool
    sha256: str
    figures: list[list[str]]
    gate: str
    card: dict[str, Any]


class Bounds(TypedDict):
    """What one request may bring. upload: bytes."""

    upload: int
    files: int


class Models(TypedDict):
    """The models that are offered, and the bounds of a request."""

    notice: str
    program: str
    bounds: Bounds
    models: list[Model]


class Health(TypedDict):
    """Whether the server answers. workers: processes that are alive."""

    status: Literal["ok", "degraded"]
    program: str
    workers: int
    models: int


class ProblemAnswer(TypedDict):
    """What went wrong (RFC 9457). detail: one sentence. reason: stable, for scripts."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    hint: str
