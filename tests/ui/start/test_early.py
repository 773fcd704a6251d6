"""Settings read before they are loaded."""

from __future__ import annotations

import gc
import importlib
import json
import subprocess
import sys
import threading

import pytest

from lungview import paths, settings
from lungview.settings import Settings
from lungview.ui.start import early


def test_it_is_what_the_settings_wrote(qapp):
    settings.save(Settings(theme="light", single_instance=False))

    assert early.setting("theme") == "light"
    assert early.setting("single_instance") is False


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", json.dumps({"other": 1}), "\x00"])
def test_what_cannot_be_read_is_nothing(text):
    paths.config().mkdir(parents=True, exist_ok=True)
    (paths.config() / "settings.json").write_text(text)

    assert early.setting("theme") is None


def test_without_a_file_there_is_nothing():
    (paths.config() / "settings.json").unlink(missing_ok=True)

    assert early.setting("theme") is None


def test_no_source_is_read_of_what_is_imported_after():
    """PySide looks for its name in the source of each module, which Python then keeps."""
    program = """
import linecache, sys
from lungview.ui.start import early
early.spare_sources()
from lungview.image.values import dates
from lungview.ui.shell import screens
from PySide6 import QtWidgets
button = QtWidgets.QApplication(["x"]) and QtWidgets.QPushButton("Report")
read = {dates.__file__, screens.__file__} & set(linecache.cache)
print(len(read), button.text(), hasattr(button, "set_text"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", "Report", "False"]


def test_a_module_is_hidden_from_one_thread_and_only_for_a_while(tmp_path, monkeypatch):
    """Another thread may import it meanwhile: nothing is put in its place."""
    (tmp_path / "not_needed.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    found = []

    def load():
        found.append(importlib.import_module("not_needed"))

    with early.hidden("not_needed"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("not_needed")
        assert "not_needed" not in sys.modules
        other = threading.Thread(target=load)
        other.start()
        other.join()
    assert found == [sys.modules["not_needed"]]
    del sys.modules["not_needed"]
    load()


def test_no_garbage_is_looked_for_while_modules_load_and_what_was_loaded_is_never_looked_through():
    program = """
import gc
from lungview.ui.start import app, early
looks = []
gc.callbacks.append(lambda phase, info: looks.append(phase))
with early.spared_collector():
    looks.clear()
    app.load()
    print(len(looks), gc.isenabled(), gc.get_freeze_count() > 10_000)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", "True", "True"]


def test_garbage_is_looked_for_again_whatever_happens():
    with pytest.raises(RuntimeError), early.spared_collector():
        raise RuntimeError
    assert gc.isenabled()
