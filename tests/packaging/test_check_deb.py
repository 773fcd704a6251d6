"""`packaging/check_deb.py` says in a sentence what is wrong with a package; no program is built for it."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    import check_deb

    return check_deb


@pytest.fixture
def root(tmp_path: Path, check: ModuleType) -> Path:
    """What a package without a program would unpack to."""
    made = tmp_path / "root"
    sources = {
        check.UNIT: LINUX / "lungview-node.service",
        f"usr/share/applications/{check.ID}.desktop": LINUX / f"{check.ID}.desktop",
        f"usr/share/metainfo/{check.ID}.metainfo.xml": LINUX / f"{check.ID}.metainfo.xml",
        f"usr/share/mime/packages/{check.ID}.xml": LINUX / f"{check.ID}.xml",
        f"{check.ICONS}/scalable/apps/{check.ID}.svg": ROOT / "resources/icons/lungview.svg",
        f"{check.ICONS}/256x256/apps/{check.ID}.png": ROOT / "resources/icons/lungview.png",
        "usr/share/doc/lungview/copyright": ROOT / "LICENSE",
        **{f"DEBIAN/{name}": LINUX / "deb" / name for name in check.SCRIPTS},
    }
    for place, source in sources.items():
        _put(made / place, source.read_bytes(), 0o755 if place.startswith("DEBIAN") else 0o644)
    page = gzip.compress((LINUX / "lungview.1").read_bytes())
    _put(made / "usr/share/man/man1/lungview.1.gz", page, 0o644)
    _put(made / check.PROGRAM, b"#!/bin/sh\n", 0o755)
    (made / "usr/bin").mkdir(mode=0o755)
    (made / "usr/bin/lungview").symlink_to(f"/{check.PROGRAM}")
    return made


def _put(path: Path, data: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    path.write_bytes(data)
    path.chmod(mode)


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_the_package_is_made_of_has_no_fault(check: ModuleType, root: Path) -> None:
    found = [*check.of_places(root), *check.of_desktop(root), *check.of_texts(root), *check.of_unit(root)]
    assert found == []


def test_what_is_missing_is_named(check: ModuleType, root: Path) -> None:
    (root / check.UNIT).unlink()
    (root / "DEBIAN/prerm").unlink()
    (root / "usr/bin/lungview").unlink()
    assert list(check.of_places(root)) == [
        f"/{check.UNIT} is missing",
        "/usr/bin/lungview does not lead to /opt/lungview/lungview",
    ]
    assert list(check.of_unit(root)) == [
        "the package has no prerm: the node would go on with files that are gone"
    ]


def test_rights_that_are_too_wide_are_named(check: ModuleType, root: Path) -> None:
    (root / check.UNIT).chmod(0o666)
    assert list(check.of_places(root)) == [
        f"/{check.UNIT} has the rights 666; expected 644",
        f"/{check.UNIT} can be written by others than root",
    ]


def test_a_unit_that_systemd_refuses_is_quoted(check: ModuleType, root: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = root / check.UNIT
    unit.write_text(unit.read_text().replace("Restart=on-failure", "Restart=whenever"))
    (said,) = check.of_unit(root)
    assert said.startswith("systemd-analyze refuses the unit: ")
    assert "whenever" in said


def test_a_script_that_is_none_is_named(check: ModuleType, root: Path) -> None:
    (root / "DEBIAN/postinst").write_text("if true\n")
    (said,) = check.of_unit(root)
    assert said.startswith("sh refuses postinst: ")


def test_an_icon_of_another_size_and_a_type_by_no_suffix_are_named(check: ModuleType, root: Path) -> None:
    png = root / f"{check.ICONS}/256x256/apps/{check.ID}.png"
    png.write_bytes(png.read_bytes()[:16] + (48).to_bytes(4) + (48).to_bytes(4))
    mime = root / f"usr/share/mime/packages/{check.ID}.xml"
    mime.write_text(mime.read_text().replace("*.dcm", "*.ct"))
    found = list(check.of_desktop(root))
    assert "the icon among those of 256 × 256 pixels has another size" in found
    if shutil.which("update-mime-database"):
        assert "*.dcm is not known as application/dicom" in found


def test_a_package_above_220_mb_is_too_large(check: ModuleType, tmp_path: Path) -> None:
    package = tmp_path / "lungview.deb"
    with package.open("wb") as file:
        file.truncate(220_000_000)
    assert list(check.of_size(package)) == []
    with package.open("ab") as file:
        file.truncate(220_200_000)
    assert list(check.of_size(package)) == ["the package has 220.2 MB; at most 220 are allowed"]


def test_control_fields_that_are_not_of_this_program_are_named(check: ModuleType, root: Path) -> None:
    told = dict.fromkeys(check.CONTROL, "x") | {"Version": "0.1", "Depends": "", "Installed-Size": "0"}
    found = list(check.of_control(told, root, "0.2"))
    assert found[:2] == [
        "the control field Depends is missing",
        "the package has version 0.1, the program 0.2",
    ]
    assert found[2].startswith("the package is for x; it was built for ")
    assert found[3].startswith("the package states 0 MB installed and has ")


def test_a_whole_package_without_a_program_is_refused_in_sentences(
    check: ModuleType, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "DEBIAN/control").write_text(
        "Package: lungview\nVersion: 0.1\nArchitecture: all\nMaintainer: x <x@x.invalid>\nDepends: libc6\n"
        "Installed-Size: 1\nDescription: x\n"
    )
    package = tmp_path / "lungview.deb"
    subprocess.run(
        ["dpkg-deb", "-Znone", "--build", str(root), str(package)], check=True, capture_output=True
    )
    assert check.main([str(package)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert "licences/THIRD-PARTY.txt is missing" in told
    assert "the package has version 0.1, the program 0.2.0" in told


def test_no_package_is_an_error(check: ModuleType, tmp_path: Path) -> None:
    assert check.main([str(tmp_path / "none.deb")]) == 1


def test_a_library_found_nowhere_or_of_a_package_that_is_not_named_is_a_fault(
    check: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import linked

    program = tmp_path / "lungview"
    told = (
        f"{program}/_internal/a.so:\n\tlinux-vdso.so.1 (0x00007ffc)\n\tlibb.so => {program}/libb.so (0x01)\n"
        "\tlibc.so.6 => /lib/libc.so.6 (0x02)\n\tlibgone.so.1 => not found\n"
        f"{program}/b.so:\n\tlibc.so.6 => /lib/libc.so.6 (0x02)\n\tlibodd.so.3 => /lib/libodd.so.3 (0x03)\n"
    )
    monkeypatch.setattr(linked, "asked", lambda _program: linked.parsed(told, program))
    monkeypatch.setattr(linked, "installed", lambda: {"libegl1": "libc6 (>= 2.3)", "libc6": "", "odd": ""})
    owners = {"/lib/libc.so.6": "libc6", "/lib/libodd.so.3": "odd"}
    monkeypatch.setattr(linked, "owner_of", owners.__getitem__)
    assert list(linked.faults(program, "libegl1 | libegl1-other, gone")) == [
        "libgone.so.1 is asked for by a.so and found nowhere",
        "libodd.so.3 is asked for by b.so; odd is not among Depends",
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks dpkg of this machine")
def test_this_machines_own_tool_links_what_its_package_depends_on(check: ModuleType, tmp_path: Path) -> None:
    import linked

    (tmp_path / "ls").write_bytes(Path("/bin/ls").read_bytes())
    (tmp_path / "text").write_text("no library")
    assert list(linked.faults(tmp_path, "coreutils")) == []
    assert {each.split(";")[0] for each in linked.faults(tmp_path, "")} != set()
