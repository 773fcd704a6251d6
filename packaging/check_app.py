"""How large the built program is, with and without its models; fails above the limits.

    python packaging/check_app.py dist/lungview

Sizes are the sum of the files' sizes in MB of a million bytes, links not followed.
"""

from __future__ import annotations

import sys
from pathlib import Path

WITHOUT_MODELS, WITH_MODELS = 330, 450
LARGEST = 12


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
        f"{whole:7.1f} MB  with all models ({models:.1f}), at most {WITH_MODELS}",
    ]
    return "\n".join(lines), whole - models <= WITHOUT_MODELS and whole <= WITH_MODELS


def main(program: Path) -> int:
    """Print the table. Returns 1 above a limit or where there is no program."""
    if not program.is_dir():
        print(f"no built program at {program}: run `make app`", file=sys.stderr)
        return 1
    text, within = table(program)
    print(text)
    if not within:
        print("the built program is larger than it may be", file=sys.stderr)
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
