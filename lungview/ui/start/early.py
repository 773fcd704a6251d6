"""What is done before anything is loaded: a setting is read, and what would slow every import is put off."""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from lungview import paths

_FEATURES = "shibokensupport.feature"  # PySide's switch of snake_case and properties, module by module


def spare_sources() -> None:
    """Let imports go without PySide reading the source of each module that is imported after it.

    It looks for its own name in each, to know where its switches, which LungView never sets, are to be off:
    an eighth of all loading time, and every source stays in memory. "Off" for all without a look is the same.
    """
    import PySide6  # noqa: F401 brings the switch

    features = sys.modules.get(_FEATURES)
    if features is not None and hasattr(features, "_mod_uses_pyside"):
        vars(features)["_mod_uses_pyside"] = _uses_qt


def _uses_qt(module: ModuleType) -> bool:
    del module  # unread, which is the point
    return True


class _Hidden:
    """Finds no module of some names for one thread; other threads meanwhile find what there is."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names, self._thread = names, threading.get_ident()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name in self._names and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"not wanted here: {name}", name=name)


@contextmanager
def hidden(*names: str) -> Iterator[None]:
    """Let what this thread imports do without some modules that it could do with."""
    finder = _Hidden(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def spared_collector() -> Iterator[None]:
    """Look for no garbage until `collect`: among modules as they load that is a twelfth of all their time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def collect() -> None:
    """Look for garbage again, but never among what was loaded, which stays: the window waits meanwhile."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def setting(name: str) -> object:
    """The value of that name as the file has it, unchecked; None where there is none, or no such file."""
    try:
        return json.loads((paths.config() / "settings.json").read_bytes())[name]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
