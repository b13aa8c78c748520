"""Where the user's own files lie."""

import getpass
import os
import sys
from pathlib import Path


def home() -> Path:
    """Folder of the user's own files: ``MIXPLAN_HOME``, else the usual data folder of the system."""
    if chosen := os.environ.get("MIXPLAN_HOME"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "mixplan"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "mixplan"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "mixplan"


def user_name() -> str:
    """What the system calls the user, by which changes go until a planner gives a name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a machine that has no name for the user
        return "mixplan"
