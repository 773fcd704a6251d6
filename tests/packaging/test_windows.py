"""What Windows is told of the program is of this version. The installer itself cannot be tried here."""

import re
from pathlib import Path

from lungview import __version__

FOLDER = Path(__file__).resolve().parents[2] / "packaging" / "windows"


def test_the_version_resource_is_of_this_version() -> None:
    text = (FOLDER / "version.txt").read_text(encoding="utf-8")
    numbers = ", ".join([*__version__.split("."), "0"])
    assert re.findall(r"(?:filevers|prodvers)=\(([^)]*)\)", text) == [numbers, numbers]
    assert re.findall(r"'(?:FileVersion|ProductVersion)', '([^']*)'", text) == [__version__, __version__]


def test_the_installer_makes_lungview_the_default_only_when_asked() -> None:
    text = (FOLDER / "lungview.iss").read_text(encoding="utf-8")
    (task,) = [line for line in text.splitlines() if line.startswith("Name: dcm;")]
    assert "Flags: unchecked" in task
    (default,) = [line for line in text.splitlines() if 'Classes\\.dcm"; ValueType' in line]
    assert "Tasks: dcm" in default
