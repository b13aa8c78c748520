"""What planners enter themselves, kept in one SQLite file of the user's own: who, when, from which source.

The file lies in the user's data folder, or in the folder that ``MIXPLAN_HOME`` names. Nothing is ever erased: an
entry that was taken back stays on record with who took it back and when.

Readers take no lock: SQLite's write-ahead log gives them the last whole state while somebody writes. The log needs
memory that the writers share, which a network folder does not give; there readers and writers take turns.
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mixplan.base.errors import DataError
from mixplan.base.files.folders import on_network
from mixplan.base.i18n import gettext as _

FILE_NAME = "mixplan.sqlite3"
# How long a writer waits for others before it gives up, and a reader where readers have to wait at all.
WAIT_S = 15.0
READ_WAIT_S = 2.0
# What this release writes; a file of a later one is left alone.
VERSION = 1

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
        Where the file cannot be opened, is not a database, is a later release's, or stays locked by another writer.
    """
    with _opened(path, WAIT_S) as connection:
        _use_log(connection, (home() if path is None else path.parent))
        # Take the write lock at once, so that two planners never decide on the same old state.
        connection.execute("BEGIN IMMEDIATE")
        if not _version(connection):
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {VERSION:d}")
        yield connection
        connection.execute("COMMIT")


@contextmanager
def read(path: Path | None = None) -> Iterator[sqlite3.Connection | None]:
    """Open the user's file to look things up, or hand over None where nothing has been entered yet.

    Raises
    ------
    DataError
        Where the file cannot be read; in a network folder also where a writer does not let go of it.
    """
    file = home() / FILE_NAME if path is None else path
    if not file.exists():
        yield None
        return
    with _opened(file, READ_WAIT_S) as connection:
        connection.execute("PRAGMA query_only = ON")
        _version(connection)
        # A first writer may have made the file and not its table.
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'actuals'").fetchone()
        yield connection if made else None


def turns() -> str:
    """Why readers and writers of the user's file take turns, in a sentence; empty where they don't have to."""
    if not on_network(home()):
        return ""
    text = _("填报文件在网络文件夹 {folder}：几个人同时填报时要互相等待。可用环境变量 MIXPLAN_HOME 改到本机文件夹。")
    return text.format(folder=home())


@contextmanager
def _opened(path: Path | None, wait_s: float) -> Iterator[sqlite3.Connection]:
    file = home() / FILE_NAME if path is None else path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, timeout=wait_s, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise DataError(
            _("无法打开填报文件 {file}：文件夹不可写，或路径不对。可用环境变量 MIXPLAN_HOME 指定其他文件夹。").format(
                file=file
            )
        ) from error
    try:
        yield connection
    except sqlite3.Error as error:
        raise DataError(_("填报文件 {file}：{reason}。").format(file=file, reason=_reason(error, wait_s))) from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()


def _version(connection: sqlite3.Connection) -> int:
    """Which release's form a file has, 0 for one that is new or older than such numbers."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        text = _("填报文件由更新版本的 mixplan 写成（格式 {version}，本版本到 {known}），请更新后再用。")
        raise DataError(text.format(version=version, known=VERSION))
    return version


def _use_log(connection: sqlite3.Connection, folder: Path) -> None:
    """Keep the write-ahead log where the folder allows it, SQLite's older journal in a network folder."""
    wanted = "delete" if on_network(folder) else "wal"
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == wanted:
        return
    try:
        # SQLite answers with the mode that it could set and goes on in it.
        connection.execute(f"PRAGMA journal_mode = {wanted}")
    except sqlite3.OperationalError:
        return  # somebody else is at the file; the next writer sets it


def _reason(error: sqlite3.Error, wait_s: float) -> str:
    """What kind of trouble SQLite reports, in our words."""
    kind = getattr(error, "sqlite_errorname", "") or ""
    if kind.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return _("别的程序正在写，{seconds:g} 秒内没有写完，请稍后再试").format(seconds=wait_s)
    if kind.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return _("不是填报文件，或已损坏")
    if kind.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_AUTH")):
        return _("没有读写它的权限")
    if kind.startswith("SQLITE_FULL"):
        return _("磁盘已满")
    return _("读写失败，请检查磁盘和文件夹")
