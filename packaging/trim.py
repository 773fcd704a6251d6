"""What of its packages the program leaves out: called by build.spec, which packs what is left.

    unpacked, without models: 420 MB as PyInstaller collects it, under 340 MB after this

Nothing is left out that the program reaches. `make app` runs the self-test of what was built, and
`packaging/check_app.py` fails on too large a folder.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).resolve().parent))
import elf

Entry = tuple[str, str, str]  # name in the program, source file, PyInstaller's kind of file

# Parts of paths: mostly Qt's plugins. Libraries that nothing asks for afterwards go by themselves.
UNWANTED = (
    "Qt6Quick", "Qt6Qml", "Qt6VirtualKeyboard", "Qt6Pdf", "Qt6OpenGL", "qtvirtualkeyboard",
    "Qt/translations", "Qt/qml", "egldeviceintegrations", "libqeglfs", "libqlinuxfb", "libqvnc",
    "libqminimalegl", "libqvkkhrdisplay", "EglFS", "platformthemes/libqgtk3", "plugins/tls",
    "plugins/networkinformation", "plugins/generic", "imageformats/libqpdf", "imageformats/libqwebp",
    "imageformats/libqtiff", "imageformats/libqgif", "imageformats/libqicns",
    "imageformats/libqtga", "imageformats/libqwbmp",
    "wayland-graphics-integration",  # asks for Qt6OpenGL; widgets are drawn without
    # pictures are read by these, but not these kinds; text is set by ReportLab and Qt
    "PIL/_avif", "PIL/_webp", "PIL/_imagingft", "PIL/_imagingcms", "PIL/_imagingtk",
    "pydicom/data/test_files", "pydicom/data/charset_files",
    "numpy/_core/_multiarray_tests",
    # printing through CUPS uses the system's own, where there is one
    "libcups", "libavahi", "libgnutls",
    # OpenCV's video files on Windows
    "opencv_videoio_ffmpeg",
)  # fmt: skip

# What Qt says on the buttons of its dialogs, in the languages of the window.
QT_WORDS = tuple(f"Qt/translations/qtbase_{code}.qm" for code in ("de", "es", "fr", "zh_CN", "ja"))

EXTRAS = ("lungview.training", "lungview.serve")  # rooms that are no part of the program, but of the wheel

# Python modules: plots and foreign model files are the extra train's, HTTP servers the extra serve's, Dask
# the extra cluster's.
EXCLUDED_MODULES = (
    *(
        f"PySide6.Qt{name}"
        for name in (
            "Qml", "Quick", "QuickWidgets", "QuickControls2", "QuickTest", "Designer", "Help", "Sql", "Test",
            "UiTools", "Xml", "Concurrent", "OpenGL", "OpenGLWidgets",
        )
    ),
    "tensorflow", "keras", "torch", "jax", "sklearn", "skimage", "scipy", "matplotlib", "kiwisolver",
    "contourpy", "fontTools", "cycler", "pyparsing", "h5py",
    "tkinter", "IPython", "pytest", "hypothesis", "PyInstaller", "setuptools", "pip", "lib2to3", "pydoc_data",
    "numpy.f2py", "pydicom.data.test_files", "pygments",
    "openvino", "onnx", "onnxruntime", "tf2onnx",  # LiteRT takes the first where it is installed
    "lungview.serve", "starlette", "uvicorn", "python_multipart", "h11", "anyio",
    "distributed", "dask", "tornado", "msgpack", "yaml", "cloudpickle", "toolz", "psutil", "jinja2",
    "readline", "curses",  # GPL, and there is no prompt
)  # fmt: skip

# What OpenCV's library, and a picture codec of its, ask for and nothing here calls: video, LAPACK, AVIF.
CUT = {
    "cv2/cv2": (
        "libopenblas", "libavcodec", "libavdevice", "libavformat", "libavutil", "libswscale", "libswresample",
    ),
    "opencv_python_headless.libs/libavif": ("libaom",),
}  # fmt: skip

# What highdicom asks an object's kind for at any depth (`is_attribute_in_iod`).
ASKED_ANYWHERE = {
    "ContentDate", "ContentTime", "NumberOfFrames", "TotalPixelMatrixRows",
    "PixelData", "FloatPixelData", "DoubleFloatPixelData",
}  # fmt: skip

# Debug symbols. What auditwheel patched (the other *.libs folders) must not be stripped.
STRIPPED = (
    "libpython3", "_CharLS", "_harfbuzz", "libpywrap_litert_common", "PIL/_imaging", "imagecodecs/_",
    "lib-dynload", "libpdfium", "libicui18n", "libicuuc",
)  # fmt: skip


def binaries(entries: Iterable[Entry], build: Path) -> list[Entry]:
    """The libraries that belong in the program; those changed are copies below `build`."""
    kept = [entry for entry in entries if _wanted(entry[0])]
    if not sys.platform.startswith("linux"):
        return kept
    sources = {Path(name).name: Path(source) for name, source, kind in kept if kind != "SYMLINK"}
    changed = [_stripped(_cut(entry, sources, build), build) for entry in kept]
    return list(_asked_for(changed))


def datas(entries: Sequence[Entry], libraries: Iterable[Entry], build: Path) -> list[Entry]:
    """The other files that belong in the program; highdicom's tables are made smaller.

    On Linux without the links to libraries that were left out; macOS has links of its own in its frameworks.
    """
    there = {PurePosixPath(name).name for name, _, _ in libraries}
    linux = sys.platform.startswith("linux")
    dropped = {
        name for name, _, kind in entries if linux and kind == "SYMLINK" and Path(name).name not in there
    }
    return [_smaller(entry, build) for entry in entries if _wanted(entry[0]) and entry[0] not in dropped]


def libraries(entries: Iterable[Entry], before: Iterable[Entry]) -> list[Path]:
    """Where the shared libraries among the entries came from: neither extension modules nor Qt's plugins."""
    sources = {name: Path(source) for name, source, kind in before if kind != "SYMLINK"}
    names = [name for name, _, _ in entries if name in sources and "/plugins/" not in name]
    return sorted({sources[name] for name in names if PurePosixPath(name).name.startswith("lib")})


def _wanted(name: str) -> bool:
    slashes = name.replace("\\", "/")
    return slashes.endswith(QT_WORDS) or not any(part in slashes for part in UNWANTED)


def _smaller(entry: Entry, build: Path) -> Entry:
    name, source, kind = entry
    if not ("highdicom" in name and name.endswith(".json")):
        return entry
    table = json.loads(Path(source).read_text(encoding="utf-8"))
    if name.endswith("module_attribute_map.json"):
        table = top_level(table)
    small = _place(build, "tables", name)
    small.write_text(json.dumps(table, separators=(",", ":")), encoding="utf-8")
    return name, str(small), kind


def top_level(modules: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """DICOM's modules without what is inside their sequences, but for what is asked for anywhere: 15 MB less.

    highdicom goes into the sequences only to check segmentations, annotations and specimens that are read.
    """
    return {
        name: [each for each in attributes if not each["path"] or each["keyword"] in ASKED_ANYWHERE]
        for name, attributes in modules.items()
    }


def _cut(entry: Entry, sources: dict[str, Path], build: Path) -> Entry:
    name, source, kind = entry
    prefixes = next((gone for part, gone in CUT.items() if name.startswith(part)), None)
    if prefixes is None or kind == "SYMLINK":
        return entry
    library = Path(source).read_bytes()
    gone = [each for each in elf.needed(library) if each.startswith(prefixes)]
    functions: set[str] = set()
    for each in gone:
        functions |= elf.symbols(sources[each].read_bytes(), defined=True)
    small = _place(build, "cut", name)
    small.write_bytes(elf.without(library, gone, functions))
    small.chmod(0o755)
    return name, str(small), kind


def _stripped(entry: Entry, build: Path) -> Entry:
    name, source, kind = entry
    if kind == "SYMLINK" or not any(part in name for part in STRIPPED) or shutil.which("strip") is None:
        return entry
    small = _place(build, "stripped", name)
    subprocess.run(["strip", "--strip-unneeded", "-o", str(small), source], check=True)
    return name, str(small), kind


def _asked_for(entries: list[Entry]) -> Iterator[Entry]:
    """Without libraries that no module and no other library asks for, nor links to them."""
    libraries = {PurePosixPath(name).name: source for name, source, kind in entries if kind != "SYMLINK"}
    wants = {name: elf.needed(Path(source).read_bytes()) for name, source in libraries.items()}
    reached: set[str] = set()
    ahead = [Path(name).name for name, _, _ in entries if not _is_plain_library(name)]
    while ahead:
        name = ahead.pop()
        if name in reached or name not in libraries:
            continue
        reached.add(name)
        ahead += wants[name]
    return (entry for entry in entries if PurePosixPath(entry[0]).name in reached)


def _is_plain_library(name: str) -> bool:
    """Whether it is there only for others: versioned or a wheel's own, not Python's, no extension module."""
    return (".so." in name or ".libs/" in name) and not name.startswith("libpython")


def _place(build: Path, kind: str, name: str) -> Path:
    found = build / kind / name
    found.parent.mkdir(parents=True, exist_ok=True)
    return found
