"""The licence list and the SBOM (CycloneDX) of what ships, made from the lock; fails on a GPL component.

    python packaging/licences.py OUT_DIR

Writes OUT_DIR/sbom.cdx.json and OUT_DIR/THIRD-PARTY.txt for everything the lock would ship. `build.spec`
calls `write` with what it really packs: packages left out are left out, libraries that came along are added.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import replace
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import quote

from lungview import licences
from lungview.licences import Component

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# LGPL is fine for a library that is linked dynamically and can be exchanged (Qt, PySide6); an exception
# ("WITH") frees GCC's run-time libraries and PyInstaller's loader for any program.
FORBIDDEN = re.compile(r"(?<!L)\b(A?GPL|GNU (Affero )?General Public)(?!.*\bWITH\b)", re.IGNORECASE)
FONTS = (
    Component("Noto-fonts", "2020", "OFL-1.1", "resources/fonts/OFL.txt"),
    Component("Droid-Sans-Fallback", "2010", "Apache-2.0", "LICENSE"),
    Component("DejaVu-Sans", "2.37", "Bitstream-Vera", "resources/fonts/VERA.txt"),
)
# On Linux `trim.CUT` leaves these out; the package's own text names them all the same.
NOT_INSIDE = {
    "opencv-python-headless": "Not in this program, though named below: FFmpeg, OpenBLAS, libvpx, OpenSSL."
}
LOADER = "The start-up program is PyInstaller's, whose exception allows it in programs of any licence."


def bill_of_materials() -> dict[str, object]:
    """CycloneDX 1.5 of the locked run-time dependencies for this platform's program."""
    command = ["uv", "export", "--frozen", "--no-emit-project", "--format", "cyclonedx1.5", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def allowed(stated: str) -> bool:
    """A choice ("LGPL-3.0 OR GPL-3.0") is allowed when one of its sides is."""
    return any(not FORBIDDEN.search(side) for side in re.split(r"\bOR\b|,", stated))


def write(out: Path, modules: Collection[str] | None = None, libraries: Iterable[Path] = ()) -> list[str]:
    """Write both files. Returns what ships under the GPL alone, or with no licence anybody stated.

    modules: top-level names of the packed modules, None for all. libraries: where those packed came from.
    """
    bill = bill_of_materials()
    listed: list[dict[str, object]] = []
    found: list[Component] = []
    for component in bill["components"]:  # type: ignore[attr-defined]
        package = _installed(component)
        if package is None or (modules is not None and modules.isdisjoint(_top_levels(package))):
            continue
        found.append(_with_text(licences.of_package(package), built=modules is not None))
        component["licenses"] = [{"license": {"name": found[-1].licence}}]
        component.pop("externalReferences", None)  # download addresses say nothing of what is inside
        listed.append(component)
    unknown, natives = _natives(libraries)
    natives += [Component(f.name, f.version, f.licence, (ROOT / f.text).read_text("utf-8")) for f in FONTS]
    if modules is not None:
        natives.append(_loader())
    bill["components"] = listed + [licences.entry(each, _purl(each)) for each in natives]
    program = bill["metadata"]["component"]  # type: ignore[index]
    program["type"] = "application"
    references = [str(each["bom-ref"]) for each in listed]
    _keep_dependencies(bill, set(references))
    bill["dependencies"].append({"ref": program["bom-ref"], "dependsOn": references})  # type: ignore[attr-defined]
    everything = sorted([*found, *natives], key=lambda each: each.name.lower())
    licences.write(out, everything, bill)
    return unknown + [f"{each.title}: {each.licence}" for each in everything if not allowed(each.licence)]


def _installed(component: dict[str, str]) -> Distribution | None:
    try:
        package = distribution(component["name"])
    except PackageNotFoundError:  # locked for another platform or Python
        return None
    return package if package.version == component["version"] else None  # the lock's fork for another Python


def _top_levels(package: Distribution) -> set[str]:
    return {
        file.parts[0].split(".")[0] for file in package.files or [] if file.suffix in (".py", ".so", ".pyd")
    }


def _with_text(component: Component, *, built: bool = True) -> Component:
    """Qt and Qt for Python install no licence text: the LGPL and the GPL it builds on are added."""
    if built and sys.platform == "linux" and component.name in NOT_INSIDE:
        return replace(component, text=f"{NOT_INSIDE[component.name]}\n\n{component.text}")
    if "LGPL-3.0" not in component.licence:
        return component
    texts = [(HERE / "texts" / name).read_text(encoding="utf-8") for name in ("LGPL-3.0.txt", "GPL-3.0.txt")]
    return replace(component, text="\n\n".join([component.text, *texts]).strip())


def _natives(libraries: Iterable[Path]) -> tuple[list[str], list[Component]]:
    """Files nobody stated a licence for, and the components that the others are, each once."""
    table = tomllib.loads((HERE / "natives.toml").read_text(encoding="utf-8"))
    unknown, found = [], {}
    for library in libraries:
        known = next((each for each in table.values() if library.name.startswith(tuple(each["files"]))), None)
        if known is None:
            unknown.append(f"{library.name}: not in packaging/natives.toml")
        elif known["name"] not in found:
            version, text = _debian(library)
            name = known["name"].replace(" ", "-")
            found[known["name"]] = _with_text(Component(name, version, known["licence"], text))
    return unknown, list(found.values())


def _debian(library: Path) -> tuple[str, str]:
    """The version and the copyright file of the Debian package it comes from; else whose folder it was in."""
    places = (library, Path("/usr") / library.relative_to("/"), Path("/", *library.parts[2:]))
    for place in places if shutil.which("dpkg-query") else ():
        done = subprocess.run(["dpkg-query", "-S", str(place)], capture_output=True, text=True)
        if done.returncode:
            continue
        package = done.stdout.split(":")[0]
        query = ["dpkg-query", "-W", "-f=${Version}\n", package]
        version = subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()[0]
        notice = Path("/usr/share/doc") / package / "copyright"
        return version, notice.read_text(encoding="utf-8", errors="replace") if notice.exists() else ""
    if library.name.startswith("libpython"):
        licence = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
        return sysconfig.get_python_version(), licence.read_text(encoding="utf-8") if licence.exists() else ""
    parts = library.parts
    owner = parts[parts.index("site-packages") + 1] if "site-packages" in parts else library.parent.name
    return "bundled", f"Came with {owner.removesuffix('.libs')}, where its licence is."


def _loader() -> Component:
    version = distribution("pyinstaller").version
    return Component("PyInstaller-loader", version, "GPL-2.0-or-later WITH Bootloader-exception", LOADER)


def _purl(component: Component) -> str:
    return f"pkg:generic/{quote(component.name.lower())}@{quote(component.version)}"


def _keep_dependencies(bill: dict[str, object], references: set[str]) -> None:
    kept = []
    for each in bill.get("dependencies", []):  # type: ignore[attr-defined]
        if each["ref"] in references:
            kept.append({**each, "dependsOn": [r for r in each.get("dependsOn", []) if r in references]})
    bill["dependencies"] = kept


def main(out: Path) -> int:
    """Write both files for the whole lock. Returns 1 when something is not allowed."""
    refused = write(out)
    print("\n".join(f"{each.title}: {each.licence}" for each in licences.read(out)))
    for line in refused:
        print(f"not allowed in what ships: {line}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
