"""What is wrong with the Debian package, a sentence a fault; unpacked aside, nothing is installed.

    python packaging/check_deb.py dist/lungview_VERSION_ARCH.deb [--run]

Looks at its size, control fields, what its libraries ask for, desktop files, icons, MIME type, manual page,
licences and the node's unit. With --run the unpacked program is run, too: self-test, a report, and a node
that answers to a peer, is killed and started again (`check_node.py`). Tools that are not on this machine are
named and left out. Needs dpkg-deb; --run needs the packages of `make setup-dev`.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

import check_app
import linked

ROOT = Path(__file__).resolve().parents[1]
MOST_MB = 220
ID = "org.lungview.LungView"
PROGRAM = "opt/lungview/lungview"
UNIT = "usr/lib/systemd/system/lungview-node.service"
ICONS = "usr/share/icons/hicolor"
PLACES = (
    PROGRAM, UNIT, f"usr/share/applications/{ID}.desktop", f"usr/share/metainfo/{ID}.metainfo.xml",
    f"usr/share/mime/packages/{ID}.xml", f"{ICONS}/scalable/apps/{ID}.svg", f"{ICONS}/256x256/apps/{ID}.png",
    "usr/share/man/man1/lungview.1.gz", "usr/share/doc/lungview/copyright",
)  # fmt: skip
CONTROL = ("Package", "Version", "Architecture", "Maintainer", "Installed-Size", "Depends", "Description")
SCRIPTS = ("postinst", "prerm", "postrm")
LONGEST_S = 600


def fields(package: Path) -> dict[str, str]:
    """The control fields."""
    done = _ran("dpkg-deb", "--field", str(package))
    pairs = re.findall(r"^([A-Za-z-]+): ?((?:.*)(?:\n[ \t].*)*)", done.stdout, re.MULTILINE)
    return dict(pairs)


def of_size(package: Path) -> Iterator[str]:
    megabytes = package.stat().st_size / 1e6
    print(f"{megabytes:7.1f} MB  {package.name}, at most {MOST_MB}")
    if megabytes > MOST_MB:
        yield f"the package has {megabytes:.1f} MB; at most {MOST_MB} are allowed"


def of_control(told: dict[str, str], root: Path, version: str) -> Iterator[str]:
    """Faults of the control fields. root: where the package is unpacked."""
    yield from (f"the control field {name} is missing" for name in CONTROL if not told.get(name))
    if told.get("Version") != version:
        yield f"the package has version {told.get('Version')}, the program {version}"
    architecture = _ran("dpkg", "--print-architecture").stdout.strip()
    if told.get("Architecture") != architecture:
        yield f"the package is for {told.get('Architecture')}; it was built for {architecture}"
    stated = int(told.get("Installed-Size") or 0) / 1000 * 1.024
    if abs(stated - check_app.size(root)) > 0.1 * check_app.size(root):
        yield f"the package states {stated:.0f} MB installed and has {check_app.size(root):.0f}"


def of_places(root: Path) -> Iterator[str]:
    """Files that belong into a package and are not there, and rights that are too wide."""
    for place in PLACES:
        path = root / place
        if not path.is_file():
            yield f"/{place} is missing"
        elif place != PROGRAM and path.stat().st_mode & 0o777 != 0o644:
            yield f"/{place} has the rights {path.stat().st_mode & 0o777:o}; expected 644"
    link = root / "usr/bin/lungview"
    if not link.is_symlink() or str(link.readlink()) != f"/{PROGRAM}":
        yield f"/usr/bin/lungview does not lead to /{PROGRAM}"
    for path in root.rglob("*"):
        if not path.is_symlink() and path.stat().st_mode & 0o022:
            yield f"/{path.relative_to(root)} can be written by others than root"


def of_desktop(root: Path) -> Iterator[str]:
    """Faults of what desktops are told, by their own tools where there are any."""
    entry, mime = root / f"usr/share/applications/{ID}.desktop", root / f"usr/share/mime/packages/{ID}.xml"
    metadata = root / f"usr/share/metainfo/{ID}.metainfo.xml"
    if entry.is_file():
        lines = entry.read_text(encoding="utf-8").splitlines()
        wanted = ("Exec=lungview %F", f"Icon={ID}", "MimeType=application/dicom;")
        yield from (f"the desktop entry has no line {each}" for each in wanted if each not in lines)
        yield from _said("the desktop entry", "desktop-file-validate", str(entry))
    if metadata.is_file():
        yield from _said("the AppStream metadata", "appstreamcli", "validate", "--no-net", str(metadata))
    if mime.is_file():
        yield from _of_mime(mime)
    yield from _of_icons(root / ICONS)


def _of_mime(mime: Path) -> Iterator[str]:
    """The MIME type, made into a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder) / "mime" / "packages"
        packages.mkdir(parents=True)
        shutil.copy(mime, packages)
        yield from _said("the MIME type", "update-mime-database", str(packages.parent), XDG_DATA_HOME=folder)
        globs = packages.parent / "globs2"
        if globs.is_file() and "application/dicom:*.dcm" not in globs.read_text():
            yield "*.dcm is not known as application/dicom"


def _of_icons(folder: Path) -> Iterator[str]:
    svg, png = folder / f"scalable/apps/{ID}.svg", folder / f"256x256/apps/{ID}.png"
    if svg.is_file() and not ET.parse(svg).getroot().tag.endswith("svg"):
        yield "the scalable icon is no SVG"
    if png.is_file() and struct.unpack(">8xII", png.read_bytes()[8:24]) != (256, 256):
        yield "the icon among those of 256 × 256 pixels has another size"


def of_texts(root: Path) -> Iterator[str]:
    """Faults of the manual page and the licences."""
    page = root / "usr/share/man/man1/lungview.1.gz"
    if page.is_file():
        text = gzip.decompress(page.read_bytes()).decode()
        if not text.startswith(".TH LUNGVIEW 1"):
            yield "the manual page does not begin as one"
        yield from _said("the manual page", "man", "--warnings=w", "-l", str(page))
    licence = root / "usr/share/doc/lungview/copyright"
    if licence.is_file() and "Apache License" not in licence.read_text(encoding="utf-8"):
        yield "the copyright file does not hold the licence"


def of_unit(root: Path) -> Iterator[str]:
    """Faults of the node's unit, by systemd itself, and of the scripts that stop and start it."""
    unit = root / UNIT
    if unit.is_file():
        with tempfile.TemporaryDirectory() as folder:
            # The program is not where it will be; everything else is read as it is.
            placed = Path(folder) / unit.name
            placed.write_text(unit.read_text().replace(f"/{PROGRAM}", str(root / PROGRAM)))
            yield from _said("the unit", "systemd-analyze", "verify", "--man=no", str(placed))
    for name in SCRIPTS:
        script = root / "DEBIAN" / name
        if not script.is_file():
            yield f"the package has no {name}: the node would go on with files that are gone"
        else:
            yield from _said(name, "sh", "-n", str(script))


def _said(what: str, *command: str, **environment: str) -> Iterator[str]:
    """What a tool says is wrong; a tool that is not here is named on the output and left out."""
    if shutil.which(command[0]) is None:
        print(f"{what} was not looked at: {command[0]} is not installed")
        return
    done = _ran(*command, **environment)
    if done.returncode or done.stderr.strip():
        yield f"{command[0]} refuses {what}: {' '.join((done.stderr or done.stdout).split())}"


def _ran(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    whole = {**os.environ, "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run(command, env=whole, capture_output=True, text=True, timeout=LONGEST_S)


def of_runs(root: Path, home: Path, version: str) -> Iterator[str]:
    """Faults of the program as it runs from the unpacked tree. home: an empty folder for its data."""
    import check_node

    program, report = root / PROGRAM, home / "report.pdf"
    sample = root / "opt/lungview/_internal/resources/sample"
    done = check_node.ran(program, home, "--version")
    if done.stdout.strip() != f"lungview {version}":
        yield f"`lungview --version` says {done.stdout.strip()!r}; expected lungview {version}"
    done = check_node.ran(program, home, "selftest", "--json")
    if done.returncode:
        yield f"`lungview selftest` ended with {done.returncode}: {_end(done)}"
    done = check_node.ran(program, home, "report", str(sample), "--out", str(report))
    if done.returncode or not report.is_file() or report.read_bytes()[:5] != b"%PDF-":
        yield f"`lungview report` made no PDF of the sample: {_end(done)}"
    yield from check_node.faults(root / UNIT, program, home)


def _end(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join((done.stderr or done.stdout).split())[-400:]


def faults(package: Path, *, run: bool) -> list[str]:
    """Everything that is wrong with a package."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder) / "root", Path(folder) / "home"
        home.mkdir(mode=0o700)
        done = _ran("dpkg-deb", "--raw-extract", str(package), str(root))
        if done.returncode:
            return [f"dpkg-deb cannot unpack it: {done.stderr.strip()}"]
        told = fields(package)
        found = [*of_size(package), *of_control(told, root, version), *of_places(root), *of_desktop(root)]
        found += [*of_texts(root), *of_unit(root), *linked.faults(root / "opt/lungview", told["Depends"])]
        found += check_app.faults(root / "opt/lungview")
        if run and (root / PROGRAM).is_file():
            found += of_runs(root, home, version)
        return found


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong. Returns 1 where something is."""
    command = argparse.ArgumentParser(description="What is wrong with the Debian package.")
    command.add_argument("package", type=Path)
    command.add_argument("--run", action="store_true", help="run the unpacked program, too")
    given = command.parse_args(arguments)
    if not given.package.is_file():
        print(f"no package at {given.package}: run `make deb`", file=sys.stderr)
        return 1
    found = faults(given.package, run=given.run)
    print("\n".join(found) or "nothing is wrong with it", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
