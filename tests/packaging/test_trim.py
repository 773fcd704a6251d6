"""What the built program leaves out of OpenCV and highdicom is nothing that it asks of them."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import cv2
import highdicom
import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
SITE = Path(cv2.__file__).resolve().parents[1]

EXTRAS = ("train", "cluster", "serve", "bench")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="cuts ELF libraries")

# Every OpenCV function the program calls, on a small picture; run in a process of its own on the cut library.
CALLS = """
import os, sys
import numpy as np
import cv2
grey = np.zeros((32, 48), np.uint8)
grey[8:24, 10:30] = 200
colour = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
deep = np.full((4, 5, 3), 40000, np.uint16)
assert (cv2.LUT(np.array([[0, 65535]], np.uint16), np.arange(65536, dtype=np.uint16)) == [[0, 65535]]).all()
for suffix, flags in ((".png", ()), (".jpg", (cv2.IMWRITE_JPEG_QUALITY, 80))):
    done, code = cv2.imencode(suffix, colour, flags)
    assert done and cv2.imdecode(code, cv2.IMREAD_UNCHANGED).shape == (32, 48, 3)
for suffix in (".png", ".tif"):
    assert (cv2.imdecode(cv2.imencode(suffix, deep)[1], cv2.IMREAD_UNCHANGED) == deep).all()
level, marks = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
assert cv2.bitwise_and(marks, cv2.bitwise_not(marks)).sum() == 0
kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
cv2.morphologyEx(cv2.erode(cv2.dilate(marks, kernel), kernel), cv2.MORPH_OPEN, kernel)
cv2.morphologyEx(marks, cv2.MORPH_CLOSE, kernel)
assert cv2.connectedComponentsWithStats(marks)[2][1, cv2.CC_STAT_AREA] == 16 * 20
outline = cv2.findContours(marks, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0][0]
assert cv2.boundingRect(outline) == (10, 8, 20, 16) and cv2.contourArea(cv2.convexHull(outline)) == 15 * 19
for interpolation in range(6):
    cv2.resize(grey.astype(np.float32), (20, 20), interpolation=interpolation)
    cv2.resize(colour, (90, 70), interpolation=interpolation)
assert len(cv2.approxPolyDP(outline.astype(np.float32), 0.5, True)) == 4
cv2.drawContours(colour, [outline], -1, (1, 2, 3), cv2.FILLED)
cv2.fillConvexPoly(colour, outline, (1, 2, 3), cv2.LINE_AA)
cv2.fillPoly(colour, [outline], (1, 2, 3))
cv2.polylines(colour, [outline], True, (1, 2, 3), 1, cv2.LINE_AA)
cv2.ellipse(colour, (20, 20), (8, 4), 30, 0, 360, (1, 2, 3), -1)
cv2.putText(colour, "x", (5, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (1, 2, 3), 1, cv2.LINE_AA)
assert cv2.getTextSize("x", cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)[0][0] > 0
assert 0 < cv2.GaussianBlur(grey, (0, 0), 2)[7, 20] < 200
assert cv2.Laplacian(grey.astype(np.float32), cv2.CV_32F).max() == 200
cv2.copyMakeBorder(grey, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
cv2.convertScaleAbs(grey.astype(np.float32), alpha=0.5)
assert cv2.connectedComponents(marks)[0] == 2
turned = cv2.Rodrigues(np.array([0, 0, np.pi / 2]))[0]
assert abs(turned - [[0, -1, 0], [1, 0, 0], [0, 0, 1]]).max() < 1e-9
assert round(float(cv2.distanceTransform(marks, cv2.DIST_L2, 5).max())) == 8
assert cv2.convexityDefects(outline, cv2.convexHull(outline, returnPoints=False)) is None
assert cv2.floodFill(marks.copy(), None, (0, 0), 7)[0] == 32 * 48 - 16 * 20
assert cv2.warpAffine(grey, np.float32([[1, 0, 2], [0, 1, 0]]), (48, 32))[12, 31] == 200
assert cv2.inpaint(grey, marks, 3, cv2.INPAINT_TELEA).shape == grey.shape
loaded = open("/proc/self/maps").read()
assert "libavif" in loaded and "cv2.abi3" in loaded and os.environ["CUT"] in cv2.__file__
for gone in ("libavcodec", "libavformat", "libswscale", "libopenblas-", "libopenblasp", "libaom", "libvpx"):
    assert gone not in loaded, gone
"""


@pytest.fixture(scope="module")
def trim():
    sys.path.insert(0, str(PACKAGING))
    try:
        yield importlib.import_module("trim")
    finally:
        sys.path.remove(str(PACKAGING))


def _entries() -> list[tuple[str, str, str]]:
    """OpenCV's libraries as PyInstaller collects them."""
    files = [*SITE.glob("cv2/*.so"), *SITE.glob("opencv_python_headless.libs/*")]
    return [(str(file.relative_to(SITE)), str(file), "BINARY") for file in files]


@pytest.fixture(scope="module")
def cut(trim, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import the cut OpenCV from."""
    folder = tmp_path_factory.mktemp("cut")
    for name, source, _ in trim.binaries(_entries(), tmp_path_factory.mktemp("build")):
        (folder / name).parent.mkdir(exist_ok=True)
        os.link(source, folder / name) if _same_disk(source, folder) else _copy(source, folder / name)
    for file in SITE.glob("cv2/**/*.py"):
        _copy(str(file), folder / file.relative_to(SITE))
    return folder


def _same_disk(source: str, folder: Path) -> bool:
    return Path(source).stat().st_dev == folder.stat().st_dev


def _copy(source: str, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(Path(source).read_bytes())


def _called() -> set[str]:
    """The functions of `cv2` named in the program; training is no part of what is built."""
    found = set()
    for file in (PACKAGING.parent / "lungview").rglob("*.py"):
        if "training" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "cv2"
            ):
                found.add(node.attr)
    return {
        name for name in found if callable(getattr(cv2, name)) and not isinstance(getattr(cv2, name), type)
    }


def test_every_opencv_function_the_program_calls_is_among_those_tried_here() -> None:
    assert {name for name in _called() if f"cv2.{name}(" not in CALLS} == set()


@pytest.mark.parametrize("binding", ["", "1"])
def test_the_cut_library_does_all_that_the_program_asks(cut: Path, binding: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(cut), "LD_BIND_NOW": binding, "CUT": str(cut)}
    if not binding:
        del environment["LD_BIND_NOW"]
    done = subprocess.run([sys.executable, "-c", CALLS], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_libraries_nothing_asks_for_are_left_out(cut: Path) -> None:
    kept = {file.name.split("-")[0] for file in (cut / "opencv_python_headless.libs").iterdir()}
    assert kept == {"libavif", "libpng16"}


def test_a_library_that_stays_is_asked_for_as_before(trim, cut: Path) -> None:
    before = trim.elf.needed((SITE / "cv2" / "cv2.abi3.so").read_bytes())
    after = trim.elf.needed((cut / "cv2" / "cv2.abi3.so").read_bytes())
    gone = ("libopenblas", "libavcodec", "libavformat", "libavutil", "libswscale")
    assert after == [name for name in before if not name.startswith(gone)]


def test_what_highdicom_asks_of_the_smaller_table_has_the_same_answer(trim) -> None:
    def answers(table: dict[str, list[dict[str, object]]]) -> list[tuple[str, object, object]]:
        return [(m, e["keyword"], e["path"]) for m in table for e in table[m] if e["keyword"] in asked]

    asked = {"ContentDate", "ContentTime", "NumberOfFrames", "TotalPixelMatrixRows", "PixelData"}
    whole = json.loads((Path(highdicom.__file__).parent / "_standard/module_attribute_map.json").read_bytes())
    smaller = trim.top_level(whole)
    assert answers(smaller) == answers(whole)
    assert smaller["patient"] == [e for e in whole["patient"] if not e["path"]]


def test_highdicom_asks_no_other_question(trim) -> None:
    """A new release that looks into sequences has to be looked at before its table is cut."""
    source = Path(highdicom.__file__).parent
    places = [file for file in source.rglob("*.py") if "construct_module_tree(" in file.read_text("utf-8")]
    assert {str(p.relative_to(source)) for p in places} == {"_standard_utils.py", "image.py", "legacy/sop.py"}


@pytest.mark.parametrize(
    ("platform", "kept"), [("linux", {"libkept.so.1"}), ("darwin", {"libkept.so.1", "A"})]
)
def test_links_go_with_their_libraries_on_linux_only(
    trim, tmp_path: Path, monkeypatch, platform: str, kept: set[str]
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    links = [("libkept.so.1", "x/libkept.so.1", "SYMLINK"), ("A", "Versions/A", "SYMLINK")]
    libraries = [("x/libkept.so.1", "/x/libkept.so.1", "BINARY")]
    assert {name for name, _, _ in trim.datas(links, libraries, tmp_path)} == kept


def test_what_the_extras_bring_stays_out_of_the_program(trim) -> None:
    """PyInstaller follows an import in a function too, and LiteRT imports what it can find."""
    project = tomllib.loads((PACKAGING.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [project["optional-dependencies"].get(extra, ()) for extra in EXTRAS]
    asked = {re.split(r"[\[><=!~ ]", text, maxsplit=1)[0] for texts in extras for text in texts}
    modules = importlib.metadata.packages_distributions()
    for package in asked - {"flatbuffers"}:  # LiteRT's own, too
        names = {module for module, owners in modules.items() if package in owners}
        assert not names or names & set(trim.EXCLUDED_MODULES), package
