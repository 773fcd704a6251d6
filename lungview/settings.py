"""What the user chose: one frozen value, one JSON file, kept and exportable."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lungview import languages, paths, remote_nodes
from lungview.errors import SettingsError
from lungview.files import write_atomically
from lungview.image.window import Window
from lungview.remote_nodes import NO_NODES, RemoteNode

Check = Callable[[object], Any]
"""From a value of the file to a value of Settings; ValueError says what was expected."""


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not _can_be_written(value):
        raise ValueError("a text")
    return value


def _can_be_written(text: str) -> bool:
    """Whether UTF-8 has it: JSON can name halves of characters, which no file can hold."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def _one_of(*choices: str) -> Check:
    def check(value: object) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return str(value)

    return check


def _number(low: float, high: float) -> Check:
    def check(value: object) -> float:
        # As it is: a whole number may be too large for a float, and no bound lets one that is not finite in.
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return float(value)

    return check


def _integer(low: int, high: int) -> Check:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return check


def _shortcuts(value: object) -> Mapping[str, tuple[str, ...]]:
    expected = "a table of action names, each with a list of keys"
    if not isinstance(value, Mapping):
        raise ValueError(expected)
    for name, keys in value.items():
        if not isinstance(name, str) or not isinstance(keys, list | tuple):
            raise ValueError(expected)
        if not all(isinstance(key, str) and _can_be_written(key) for key in keys):
            raise ValueError(expected)
    return MappingProxyType({name: tuple(keys) for name, keys in value.items()})


def _windows(value: object) -> Mapping[str, Window]:
    if not isinstance(value, Mapping) or not set(value) <= set(USER_WINDOW_KEYS):
        raise ValueError(f"windows for the keys {', '.join(USER_WINDOW_KEYS)}")
    return MappingProxyType({key: _window(item) for key, item in value.items()})


def _window(value: object) -> Window:
    if isinstance(value, Window):
        return value
    try:
        item: Any = value
        return Window(float(item["center"]), float(item["width"]), name=str(item.get("name", "")))
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError("a window with name, center and width") from error


def _first_windows(value: object) -> Mapping[str, str]:
    good = isinstance(value, Mapping) and set(value) <= set(FIRST_WINDOW_KINDS)
    if not good or any(each not in FIRST_WINDOWS for each in value.values()):  # type: ignore[attr-defined]
        raise ValueError(f"one of {', '.join(FIRST_WINDOWS)} for each of {', '.join(FIRST_WINDOW_KINDS)}")
    return MappingProxyType(dict(value))  # type: ignore[call-overload]


def _setting(default: Any, check: Check) -> Any:
    return field(default_factory=lambda: default, metadata={"check": check})


USER_WINDOW_KEYS = ("5", "6", "7", "8", "9")
FIRST_WINDOW_KINDS = ("CT", "MR", "CR", "DX", "other")  # modalities, and all the rest
FIRST_WINDOWS = ("file", "auto", "lung", "mediastinum", "bone", *USER_WINDOW_KEYS)
_AS_IN_THE_FILE: Mapping[str, str] = MappingProxyType({})
_NO_SHORTCUTS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_USER_WINDOWS: Mapping[str, Window] = MappingProxyType({"5": Window(-700.0, 1000.0, name="Lung narrow")})


@dataclass(frozen=True)
class Settings:
    """Everything the user can choose. Making one with a bad value raises SettingsError."""

    theme: str = _setting("dark", _one_of("dark", "light"))
    language: str = _setting(languages.SYSTEM, _one_of(languages.SYSTEM, *languages.NAMES))
    """A code of languages.NAMES; "" follows the system."""
    brighter: str = _setting("up", _one_of("up", "down"))
    """The direction of a window drag that makes the picture brighter."""
    slice_order: str = _setting("head", _one_of("head", "feet", "numbered"))
    """Of a stack opened next: a name of image.series_geometry.First."""
    open_adds: bool = _setting(True, _boolean)
    """What is opened stands beside what is open already; otherwise in its place."""
    study_list: bool = _setting(True, _boolean)
    """What is opened is noted in the list of studies at hand: names and places, no file."""
    first_slice: str = _setting("first", _one_of("first", "middle", "last"))
    """The slice that a series opens with."""
    first_window: Mapping[str, str] = _setting(_AS_IN_THE_FILE, _first_windows)
    """The window that a series opens with: of FIRST_WINDOW_KINDS, only those that are not "file"."""
    interpolation: str = _setting("linear", _one_of("nearest", "linear", "cubic"))
    corner_text: str = _setting("full", _one_of("none", "brief", "full"))
    hide_patient: bool = _setting(False, _boolean)
    cine_fps: float = _setting(12.0, _number(1, 60))
    cache_mb: int = _setting(0, _integer(0, 1_000_000))
    """Budget of the slice cache in MiB; 0 lets the program choose."""
    heatmap_opacity: float = _setting(0.45, _number(0, 1))
    heatmap_threshold: float = _setting(0.3, _number(0, 1))
    heatmap_colours: str = _setting("inferno", _text)
    default_model: str = _setting("", _text)
    """Id of a model; "" is the one shipped as the default."""
    read_first: bool = _setting(False, _boolean)
    """The model's answer stays hidden until the reader has given an own one."""
    auto_findings: bool = _setting(False, _boolean)
    """A CT series is looked through for findings in the background, without being asked."""
    tour_offered: bool = _setting(False, _boolean)
    """Whether the first tour was offered: it is once."""
    notice: str = _setting("monthly", _one_of("always", "monthly"))
    single_instance: bool = _setting(True, _boolean)
    restore_session: bool = _setting(True, _boolean)
    export_patient_text: bool = _setting(False, _boolean)
    report_page: str = _setting("A4", _one_of("A4", "Letter"))
    report_patient: str = _setting("full", _one_of("full", "initials", "none"))
    report_institution: str = _setting("", _text)
    """Lines at the head of each page, the first is the name."""
    report_logo: str = _setting("", _text)
    """Path of a PNG or JPEG; "" is none."""
    report_reader: str = _setting("", _text)
    report_template: str = _setting("", _text)
    """File of the folder of templates that the work-up's text is made by; "" is the one that ships."""
    batch_scheduler: str = _setting("", _text)
    """Dask that carries the window's batches, tcp://HOST:PORT or local:N; "" is this computer's processes."""
    shortcuts: Mapping[str, tuple[str, ...]] = _setting(_NO_SHORTCUTS, _shortcuts)
    """Only what differs from the defaults: action → keys, an empty list for none."""
    user_windows: Mapping[str, Window] = _setting(_USER_WINDOWS, _windows)
    """Windows of the number keys 5 to 9."""
    ask_priors: str = _setting("never", _one_of("never", "origin", "all"))
    """Which archives are asked for earlier studies of the patient on screen: that of the study, or all."""
    fetch_priors: bool = _setting(False, _boolean)
    """Earlier studies that were found are fetched before they are asked for, within the next three bounds."""
    fetch_priors_most: int = _setting(1, _integer(1, 10))
    fetch_priors_years: int = _setting(5, _integer(1, 50))
    fetch_priors_mb: int = _setting(2000, _integer(1, 1_000_000))
    nodes: Mapping[str, RemoteNode] = _setting(NO_NODES, remote_nodes.checked)
    """Archives that studies come from and go to, by name."""

    def __post_init__(self) -> None:
        for each in fields(self):
            try:
                value = each.metadata["check"](getattr(self, each.name))
            except ValueError as error:
                raise SettingsError(_problem(each.name, error, getattr(self, each.name))) from error
            object.__setattr__(self, each.name, value)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and a sentence for each thing in the file that could not be used."""

    settings: Settings
    problems: tuple[str, ...] = ()


def default_path() -> Path:
    return paths.config() / "settings.json"


def load(path: Path | None = None) -> Loaded:
    """The settings of the file; defaults, with a sentence, for what is missing or bad there.

    A file that is not JSON is put aside under the suffix .bad, so that saving does not destroy it.
    """
    path = path or default_path()
    try:
        return _from_table(_table(path))
    except FileNotFoundError:
        return Loaded(Settings())
    except (SettingsError, OSError) as error:
        aside = _put_aside(path)
        kept = f" The file was kept as {aside.name}." if aside else ""
        return Loaded(Settings(), (f"The settings could not be read, defaults are used: {error}.{kept}",))


def read(path: Path) -> Settings:
    """The settings of an exported file. SettingsError when any of it cannot be used."""
    try:
        loaded = _from_table(_table(path))
    except OSError as error:
        raise SettingsError(f"the settings file cannot be opened: {error.strerror}", path) from error
    if loaded.problems:
        raise SettingsError(" ".join(loaded.problems), path)
    return loaded.settings


def save(settings: Settings, path: Path | None = None) -> None:
    """Write all settings, whole or not at all. SettingsError when that is not possible."""
    path = path or default_path()
    text = json.dumps(_plain(settings), indent=2, ensure_ascii=False) + "\n"
    try:
        write_atomically(path, text.encode("utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings cannot be written: {error.strerror}", path) from error


def _table(path: Path) -> Mapping[str, object]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # JSON and UTF-8 errors are both ValueErrors
        raise SettingsError(f"expected JSON, found {error}", path) from error
    if not isinstance(table, dict):
        raise SettingsError(f"expected a table of settings, found {type(table).__name__}", path)
    return table


def _from_table(table: Mapping[str, object]) -> Loaded:
    values: dict[str, Any] = {}
    problems = []
    known = {each.name: each.metadata["check"] for each in fields(Settings)}
    for name in known.keys() & table.keys():
        try:
            values[name] = known[name](table[name])
        except ValueError as error:
            problems.append(_problem(name, error, table[name]))
    return Loaded(Settings(**values), tuple(sorted(problems)))


def _problem(name: str, error: ValueError, found: object) -> str:
    return f"Setting {name}: expected {error}, found {found!r}."


def _put_aside(path: Path) -> Path | None:
    aside = path.with_suffix(path.suffix + ".bad")
    try:
        path.replace(aside)
    except OSError:
        return None
    return aside


def _plain(settings: Settings) -> dict[str, object]:
    table: dict[str, object] = {each.name: getattr(settings, each.name) for each in fields(settings)}
    table["shortcuts"] = {name: list(keys) for name, keys in settings.shortcuts.items()}
    table["first_window"] = dict(settings.first_window)
    table["user_windows"] = {
        key: {"name": window.name, "center": window.center, "width": window.width}
        for key, window in settings.user_windows.items()
    }
    table["nodes"] = remote_nodes.plain(settings.nodes)
    return table
