"""The SBOM (CycloneDX) and the licence list of what ships, made from the lock; fails on a GPL component.

    python packaging/licences.py OUT_DIR

Writes OUT_DIR/sbom.cdx.json and OUT_DIR/THIRD-PARTY.txt.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# LGPL is fine for a library that is linked dynamically and can be exchanged (Qt, PySide6).
FORBIDDEN = re.compile(r"(?<!L)\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
LICENCE_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)


def bill_of_materials() -> dict[str, object]:
    """CycloneDX 1.5 of the locked run-time dependencies for this platform's program."""
    command = ["uv", "export", "--frozen", "--no-emit-project", "--format", "cyclonedx1.5", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def licence(package: Distribution) -> str:
    """The package's own word: SPDX expression, else classifiers, else the licence field's first line."""
    meta = package.metadata
    if expression := meta.get("License-Expression"):
        return str(expression)
    classifiers = [
        c.rsplit(" :: ", 1)[-1] for c in meta.get_all("Classifier") or [] if c.startswith("License ::")
    ]
    text = (meta.get("License") or "").strip().splitlines()
    return ", ".join(classifiers) or (text[0][:80] if text else "not stated")


def licence_texts(package: Distribution) -> list[str]:
    """Every licence and notice file the package installed."""
    found = [f for f in package.files or [] if LICENCE_FILE.search(f.as_posix())]
    return [Path(str(f.locate())).read_text(encoding="utf-8", errors="replace") for f in found]


def allowed(stated: str) -> bool:
    """A choice ("LGPL-3.0 OR GPL-3.0") is allowed when one of its sides is."""
    return any(not FORBIDDEN.search(side) for side in re.split(r"\bOR\b|,", stated))


def main(out: Path) -> int:
    """Write both files. Returns 1 when something that ships is under the GPL alone."""
    out.mkdir(parents=True, exist_ok=True)
    bill = bill_of_materials()
    refused, rows, texts = [], [], []
    for component in bill["components"]:  # type: ignore[attr-defined]
        try:
            package = distribution(component["name"])
        except PackageNotFoundError:  # locked for another platform or Python
            continue
        if package.version != component["version"]:  # the lock's fork for another Python
            continue
        stated = licence(package)
        component["licenses"] = [{"license": {"name": stated}}]
        component.pop("externalReferences", None)  # download addresses say nothing of what is inside
        rows.append(f"{package.name} {package.version}: {stated}")
        texts += [
            f"{'=' * 78}\n{package.name} {package.version}\n{'=' * 78}\n{t}" for t in licence_texts(package)
        ]
        if not allowed(stated):
            refused.append(f"{package.name}: {stated}")
    (out / "sbom.cdx.json").write_text(json.dumps(bill, indent=1), encoding="utf-8")
    head = "LungView contains these packages.\n\n" + "\n".join(rows) + "\n\n"
    (out / "THIRD-PARTY.txt").write_text(head + "\n\n".join(texts), encoding="utf-8")
    print("\n".join(rows))
    for line in refused:
        print(f"not allowed in what ships: {line}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
