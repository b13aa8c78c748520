"""What planners enter themselves, kept in one SQLite file of the user's own: who, when, from which source.

The file lies in the user's data folder, or in the folder that ``MIXPLAN_HOME`` names. Nothing is ever erased: an
entry that was taken back stays on record with who took it back and when.
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _

FILE_NAME = "mixplan.sqlite3"
# How long a writer waits for another one before it gives up.
WAIT_S = 15.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS actuals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    indicator TEXT NOT NULL,
    year INTEGER NOT NULL,
    district TEXT NOT NULL DEFAULT '',
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    who TEXT NOT NULL,
    entered_at TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL DEFAULT '',
    withdrawn_at TEXT NOT NULL DEFAULT ''
)
"""


def home() -> Path:
    """Folder of the user's own files: ``MIXPLAN_HOME``, else the usual data folder of the system."""
    if chosen := os.environ.get("MIXPLAN_HOME"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "mixplan"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "mixplan"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "mixplan"


@contextmanager
def connect(path: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Open the user's file for one transaction: kept if the block ends well, undone if it fails.

    Raises
    ------
    DataError
        Where the file cannot be opened, is not a database, or stays locked by another writer.
    """
    file = home() / FILE_NAME if path is None else path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, timeout=WAIT_S, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise DataError(
            _("无法打开填报文件 {file}：{error}。可用环境变量 MIXPLAN_HOME 指定其他文件夹。").format(
                file=file, error=error
            )
        ) from error
    try:
        # Take the write lock at once, so that two planners never decide on the same old state.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_SCHEMA)
        yield connection
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise DataError(_("填报文件 {file} 读写失败：{error}。").format(file=file, error=error)) from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()
