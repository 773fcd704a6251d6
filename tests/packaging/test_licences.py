"""Nothing that ships is under the GPL alone, and the check can tell."""

import runpy
import shutil
from pathlib import Path

import pytest

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
    ],
)
def test_a_licence_is_allowed_unless_it_is_the_gpl_alone(stated: str, allowed: bool) -> None:
    assert licences["allowed"](stated) is allowed


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not installed")
def test_what_the_lock_ships_has_no_gpl_component(tmp_path: Path) -> None:
    assert licences["main"](tmp_path) == 0
    assert "PySide6" in (tmp_path / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    assert '"CycloneDX"' in (tmp_path / "sbom.cdx.json").read_text(encoding="utf-8")
