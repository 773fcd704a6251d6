"""Where resources, models, settings, data and logs are: the only file that knows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = "LungView"
_PACKAGE = Path(__file__).resolve().parent  # once: the system is asked for each folder above


def bundle() -> Path:
    """The folder that holds resources/ and models/: the frozen bundle, the wheel, or the checkout."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen)
    # A wheel carries both folders inside the package; a checkout has them beside it.
    return _PACKAGE if (_PACKAGE / "resources").is_dir() else _PACKAGE.parent


def resources() -> Path:
    """The read-only folder of icons, theme, presets and the synthetic sample."""
    return bundle() / "resources"


def manual() -> Path:
    """The read-only folder of the documentation, which is the manual, too."""
    return bundle() / "docs"


def models() -> Path:
    """The read-only folder of shipped models, a folder each."""
    return bundle() / "models"


def user_models() -> Path:
    """Models the user imported; may not exist yet."""
    return data() / "models"


def _user_dir(kind: str) -> Path:
    # One variable moves everything: tests, portable installs, several users of one account.
    home = os.environ.get("LUNGVIEW_HOME")
    if home:
        return Path(home) / kind
    import platformdirs  # not at start-up: its import is a tenth of the time to the first window

    folders = platformdirs.PlatformDirs(APP, appauthor=False)
    by_kind = {"data": folders.user_data_dir, "config": folders.user_config_dir, "logs": folders.user_log_dir}
    return Path(by_kind[kind])


def data() -> Path:
    """Annotations, opinions, session: the user's own, kept."""
    return _user_dir("data")


def config() -> Path:
    """Settings."""
    return _user_dir("config")


def logs() -> Path:
    """Rotating log files; file names only, no patient data."""
    return _user_dir("logs")
