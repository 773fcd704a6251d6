"""What Linux desktops are told of LungView is valid by their own tools, and says the same everywhere."""

import configparser
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from lungview import __version__

FOLDER = Path(__file__).resolve().parents[2] / "packaging" / "linux"
ID = "org.lungview.LungView"
SHARED_MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.mark.parametrize(
    ("tool", "file"),
    [
        (("desktop-file-validate",), f"{ID}.desktop"),
        (("appstreamcli", "validate", "--no-net"), f"{ID}.metainfo.xml"),
        (("xmllint", "--noout"), f"{ID}.xml"),
        (("bash", "-n"), "make-deb"),
        (("bash", "-n"), "make-archive"),
        (("bash", "-n"), "bare.sh"),
        (("bash", "-n"), "test-bare"),
        (("bash", "-n"), "test-deb"),
        (("man", "--warnings=w", "-l"), "lungview.1"),
    ],
)
def test_its_own_tool_accepts(tool: tuple[str, ...], file: str) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"{tool[0]} is not installed")
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}  # man says so when the locale is not installed
    done = subprocess.run([*tool, str(FOLDER / file)], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_desktop_entry_offers_lungview_for_dicom_and_names_the_same_program_and_icon() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(FOLDER / f"{ID}.desktop", encoding="utf-8")
    entry = parser["Desktop Entry"]
    assert (entry["Exec"], entry["Icon"], entry["MimeType"]) == ("lungview %F", ID, "application/dicom;")


def test_the_metadata_launches_that_entry_and_ends_with_this_version() -> None:
    component = ET.parse(FOLDER / f"{ID}.metainfo.xml").getroot()
    assert component.findtext("id") == ID
    assert component.findtext("launchable") == f"{ID}.desktop"
    assert component.findtext("provides/mediatype") == "application/dicom"
    assert component.find("releases/release").get("version") == __version__  # type: ignore[union-attr]


def test_dicom_is_known_by_its_preamble_and_its_suffix() -> None:
    kind = ET.parse(FOLDER / f"{ID}.xml").getroot().find(f"{SHARED_MIME}mime-type")
    assert kind is not None
    match = kind.find(f"{SHARED_MIME}magic/{SHARED_MIME}match")
    assert match is not None
    # PS3.10 7.1: 128 bytes of preamble, then DICM
    assert (match.get("offset"), match.get("value")) == ("128", "DICM")
    assert "*.dcm" in [glob.get("pattern") for glob in kind.findall(f"{SHARED_MIME}glob")]
