"""Every text of the window is in every language, and no text escapes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHOWN = {
    *("setText", "setToolTip", "setWindowTitle", "setAccessibleName", "setAccessibleDescription", "setTitle"),
    *("setPlaceholderText", "setStatusTip", "setWhatsThis", "setLabelText", "showMessage", "setSuffix"),
    *("addItem", "addItems", "addTab", "addRow", "addAction", "addMenu", "addButton", "setHeaderLabels"),
    *(
        "setHorizontalHeaderLabels",
        "setVerticalHeaderLabels",
        "QLabel",
        "QPushButton",
        "QCheckBox",
        "QAction",
    ),
    *("QRadioButton", "QGroupBox", "QMenu", "QToolBar", "QTreeWidgetItem", "QTableWidgetItem", "MessageBar"),
    *("setPrefix", "setSpecialValueText", "setDetailedText", "setInformativeText", "ask"),
}
KEYWORDS = {"placeholderText", "toolTip", "text", "title", "windowTitle", "suffix", "prefix"}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    loader = SourceFileLoader("translations", str(ROOT / "tools" / "translations"))
    spec = spec_from_loader("translations", loader)
    assert spec is not None
    made = module_from_spec(spec)
    loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def wanted(tool: ModuleType) -> dict[str, str]:
    found: dict[str, str] = tool.texts()
    return found


@pytest.mark.parametrize("code", ["de", "es", "fr", "zh", "ja"])
def test_every_text_is_said_in_every_language(tool: ModuleType, wanted: dict[str, str], code: str) -> None:
    assert list(tool.faults(code, wanted)) == []


def test_the_texts_of_all_rooms_are_found(wanted: dict[str, str]) -> None:
    assert len(wanted) > 1000
    for text in (
        "Open files…",  # a table of actions
        "Slice %1 / %2",  # a function beside a widget
        "Findings",  # the title of a panel
        "the file is empty",  # an error of a reader
        "part-solid",  # a word of an enum
        "the settings cannot be written: %1",  # an f-string
        "Adenocarcinoma",  # a class of a model
        "CT with a prior: now | prior",  # a hanging rule that ships
        "Remark",  # a list that is put through `tr` one by one
        "rejected: not in the report",  # a table of the file
        "fairly sure",  # a list of another file, counted
    ):
        assert text in wanted


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"Open": None}, "missing 'Open'"),
        ({"never said": "nie"}, "superfluous 'never said'"),
        ({"Slice %1 / %2": "Schicht No. %1"}, "other places"),
        ({"&File": "Dateimenü"}, "other mnemonics"),
        ({"Open": "Schließen"}, "2 texts are"),
    ],
)
def test_a_fault_is_found(
    tool: ModuleType,
    wanted: dict[str, str],
    changes: dict[str, str | None],
    fault: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = set(tool.faults("de", wanted))
    words = json.loads((ROOT / "resources/languages/de.json").read_text("utf-8")) | changes
    kept = {key: said for key, said in words.items() if said is not None}
    (tmp_path / "de.json").write_text(json.dumps(kept), "utf-8")
    monkeypatch.setattr(tool, "LANGUAGES", tmp_path)
    found = [each for each in tool.faults("de", wanted) if each not in before]
    assert len(found) == 1
    assert fault in found[0]


def _literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts that are shown and not put through `tr`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        named = [each.value for each in node.keywords if each.arg in KEYWORDS]
        for each in (*(node.args if name in SHOWN else ()), *(named if name[:1] == "Q" else ())):
            yield from _texts_in(each)


def _texts_in(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        said = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        yield node.lineno, re.sub(r"<[^<>]*>", "", said)
    elif _of_an_error(node):
        yield node.lineno, ast.unparse(node)
    elif isinstance(node, ast.List | ast.Tuple):
        for each in node.elts:
            yield from _texts_in(each)
    elif isinstance(node, ast.IfExp):
        yield from _texts_in(node.body)
        yield from _texts_in(node.orelse)


def _of_an_error(node: ast.expr) -> bool:
    """Whether it is an error's own sentence, which is English."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "str" and _named_error(node.args[0])
    return isinstance(node, ast.Attribute) and node.attr in {"message", "hint"} and _named_error(node.value)


def _named_error(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "error"


def _escaped(source: str) -> list[tuple[int, str]]:
    return [(line, text) for line, text in _literals(ast.parse(source)) if re.search(r"[a-z]{3}", text)]


@pytest.mark.parametrize(
    "source",
    [
        'label.setText("Not said")',
        'QLabel(f"{n} slices")',
        'QLineEdit(placeholderText="Search")',
        'box.addItems(["None", self.tr("All")])',
        'label.setToolTip("Not said" if on else self.tr("No"))',
        "label.setText(str(error))",
        "label.setText(error.message if known else self.tr('No'))",
    ],
)
def test_a_text_that_escapes_is_found(source: str) -> None:
    assert len(_escaped(source)) == 1


# Names, formats and file patterns: the same in every language.
SAME = {
    "JSON (*.json)",
    ".png",
    ".jpg",
    "TITLE@HOST:104, https://host/dicom-web",
    "other",
    "opinion",
    "LungView",
}


def test_no_text_of_the_window_escapes() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {text}"
        for path in sorted((ROOT / "lungview" / "ui").rglob("*.py"))
        for line, text in _escaped(path.read_text("utf-8"))
        if text not in SAME
    ]
    assert found == []
