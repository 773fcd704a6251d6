"""Nothing that ships is under the GPL alone, and the check can tell."""

import json
import runpy
import shutil
import sys
from pathlib import Path

import pytest

from lungview import licences as listed

needs_uv = pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not installed")
SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "licences.py"
licences = runpy.run_path(str(SCRIPT))


@pytest.mark.parametrize(
    ("stated", "allowed"),
    [
        ("MIT", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("GPL-3.0-or-later", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("AGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("AFL-2.1 OR GPL-2.0-or-later", True),
        ("GPL-2.0-only AND MIT", False),
    ],
)
def test_a_licence_is_allowed_unless_it_is_the_gpl_alone(stated: str, allowed: bool) -> None:
    assert licences["allowed"](stated) is allowed


@needs_uv
def test_what_the_lock_ships_has_no_gpl_component(tmp_path: Path) -> None:
    """Continuous integration runs this: a GPL dependency fails it."""
    assert licences["main"](tmp_path) == 0
    assert "PySide6" in (tmp_path / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    assert '"CycloneDX"' in (tmp_path / "sbom.cdx.json").read_text(encoding="utf-8")


@needs_uv
def test_a_built_program_lists_what_it_holds_and_nothing_else(tmp_path: Path) -> None:
    library = tmp_path / "site-packages" / "PySide6" / "libicudata.so.73"
    assert licences["write"](tmp_path, {"numpy"}, [library]) == []
    found = {each.name: each for each in listed.read(tmp_path)}
    assert {"numpy", "ICU", "Noto-fonts", "PyInstaller-loader"} <= set(found)
    assert not {"pydicom", "rich", "tensorflow"} & set(found)
    assert found["ICU"].text == "Came with PySide6, where its licence is."
    bill = json.loads((tmp_path / listed.BILL).read_text(encoding="utf-8"))
    assert {each["name"] for each in bill["components"]} == set(found)
    assert all(each["purl"].startswith("pkg:") for each in bill["components"])
    assert (bill["metadata"]["component"]["name"], bill["metadata"]["component"]["type"]) == (
        "lungview",
        "application",
    )
    references = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert references[bill["metadata"]["component"]["bom-ref"]] == [
        each["bom-ref"] for each in bill["components"] if each["name"] == "numpy"
    ]


@needs_uv
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there OpenCV is cut")
def test_opencvs_text_says_what_of_it_is_not_inside(tmp_path: Path) -> None:
    licences["write"](tmp_path, {"cv2"})
    (opencv,) = [each for each in listed.read(tmp_path) if each.name == "opencv-python-headless"]
    assert opencv.text.startswith("Not in this program, though named below: FFmpeg")


@needs_uv
@pytest.mark.parametrize("name", ["libreadline.so.8", "libnew.so.1"])
def test_a_library_whose_licence_nobody_stated_is_refused(tmp_path: Path, name: str) -> None:
    refused = licences["write"](tmp_path, {"numpy"}, [tmp_path / name])
    assert refused == [f"{name}: not in packaging/natives.toml"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Debian's package database")
@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="no Debian package database")
def test_a_library_of_the_system_brings_its_packages_version_and_copyright() -> None:
    library = next(Path("/usr/lib").glob("*/libz.so.1"), None)
    if library is None:
        pytest.skip("zlib is not installed")
    _, (zlib,) = licences["_natives"]([library])
    assert zlib.version.startswith(("1:1.", "1."))
    assert "Gailly" in zlib.text
