"""How large the built program is and what is in it; fails above the limits, on what is missing or too much.

    python packaging/check_app.py dist/lungview

Sizes are the sum of the files' sizes in MB of a million bytes, links not followed.
"""

from __future__ import annotations

import sys
from pathlib import Path

WITHOUT_MODELS, MODELS = 340, 165
LARGEST = 12
NEEDED = (
    "build.json", "resources/presets.toml", "resources/sample", "licences/THIRD-PARTY.txt",
    "licences/sbom.cdx.json", "resources/languages/de.json", "docs/reading.md", "docs/ja/reading.md",
)  # fmt: skip
UNWANTED = (
    "tensorflow/", "keras/", "torch/", "scipy/", "matplotlib/", "libavcodec", "libreadline", "Qt6Qml",
    "Qt6Quick", "Qt6WebEngine", "test_files", "starlette", "uvicorn", "python_multipart", "playwright",
)  # fmt: skip


def size(folder: Path) -> float:
    """MB of all files in it."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink()) / 1e6


def table(program: Path) -> tuple[str, bool]:
    """The sizes as text, and whether they are within the limits."""
    inner = next((f for f in (program / "_internal", program / "Contents") if f.is_dir()), program)
    models = sum(size(found) for found in program.rglob("models") if (found / "index.json").is_file())
    whole = size(program)
    parts = {each.name: size(each) for each in inner.iterdir() if each.is_dir()}
    lines = [f"{mb:7.1f} MB  {name}" for name, mb in sorted(parts.items(), key=lambda p: -p[1])[:LARGEST]]
    lines += [
        f"{whole - models:7.1f} MB  without models, at most {WITHOUT_MODELS}",
        f"{models:7.1f} MB  models, at most {MODELS}",
        f"{whole:7.1f} MB  in all",
    ]
    return "\n".join(lines), whole - models <= WITHOUT_MODELS and models <= MODELS


def faults(program: Path) -> list[str]:
    """What is missing, what should not be there, and links that lead nowhere."""
    files = [each.relative_to(program) for each in program.rglob("*")]
    names = {each.as_posix() for each in files}
    missing = [f"{each} is missing" for each in NEEDED if not any(n.endswith(f"/{each}") for n in names)]
    unwanted = [f"{n} should not be inside" for n in sorted(names) if any(part in n for part in UNWANTED)]
    broken = [f"{each} leads nowhere" for each in files if not (program / each).exists()]
    return missing + unwanted + broken


def main(program: Path) -> int:
    """Print the table. Returns 1 above a limit, on a fault, or where there is no program."""
    if not program.is_dir():
        print(f"no built program at {program}: run `make app`", file=sys.stderr)
        return 1
    text, within = table(program)
    print(text)
    wrong = faults(program)
    if not within:
        wrong.insert(0, "the built program is larger than it may be")
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
