"""What planners enter and decide, kept in one database: a SQLite file of the user's own, or a department's PostgreSQL.

The file lies in the user's data folder, or in the folder that ``MIXPLAN_HOME`` names; ``MIXPLAN_DATABASE_URL`` names a
PostgreSQL database instead.

In the file readers take no lock: SQLite's write-ahead log gives them the last whole state while somebody writes. The
log needs memory that the writers share, which a network folder does not give; there readers and writers take turns.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from mixplan.base.errors import DataError
from mixplan.base.files.folders import on_network
from mixplan.base.i18n import gettext as _
from mixplan.projects import upgrade
from mixplan.projects.home import home

FILE_NAME = "mixplan.sqlite3"
ADDRESS = "MIXPLAN_DATABASE_URL"
# How long a writer waits for others before it gives up, and a reader where readers have to wait at all.
WAIT_S = 15.0
READ_WAIT_S = 2.0
_CONNECT_S = 5  # for a server that does not answer
_AT_ONCE = 30  # connections of one process


class Database:
    """One database, as long as this process uses it; see `database`.

    Parameters
    ----------
    address : str or Path
        File of a SQLite database, or address of a PostgreSQL one.
    """

    def __init__(self, address: str | Path) -> None:
        self.file = address if isinstance(address, Path) else None
        self._lock = threading.Lock()
        self._ready: object = None
        self._seen = False
        if self.file is not None:
            self.place = str(self.file)
            url = sa.URL.create("sqlite", database=str(self.file))
            given: dict[str, Any] = {"isolation_level": None, "check_same_thread": False}
        else:
            url, self.place = _postgresql(str(address))
            given = {"connect_timeout": _CONNECT_S, "options": f"-c lock_timeout={READ_WAIT_S * 1000:.0f}"}
        self.engine = sa.create_engine(
            url, connect_args=given, pool_pre_ping=self.file is None, pool_size=5, max_overflow=_AT_ONCE - 5
        )
        if self.file is not None:
            sa.event.listen(self.engine, "connect", _prepare)

    def made(self) -> bool:
        """Whether there is anything to read; a first writer may have made the file and nothing in it."""
        return self.file is None or self._seen or (self.file.exists() and self.file.stat().st_size > 0)

    @contextmanager
    def reading(self, *, whole: bool = False) -> Iterator[sa.Connection]:
        """A connection to look things up; with ``whole`` all its answers are of one moment.

        Raises
        ------
        DataError
            Where the database cannot be read; in a network folder also where a writer does not let go of it.
        """
        with self._in_words(READ_WAIT_S):
            self._get_ready(READ_WAIT_S)
            with self.engine.connect() as connection:
                if self.file is not None:
                    _turn(connection, READ_WAIT_S, only_reads=True)
                    if whole:
                        connection.exec_driver_sql("BEGIN")
                else:
                    level = "REPEATABLE READ" if whole else "AUTOCOMMIT"
                    connection = connection.execution_options(isolation_level=level)
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A connection for one transaction: kept if the block ends well, undone if it fails.

        Raises
        ------
        DataError
            Where the database cannot be reached, is not one, is a later release's, or stays locked by another writer.
        """
        with self._in_words(WAIT_S):
            self._get_ready(WAIT_S)
            with self.engine.connect() as connection:
                if self.file is not None:
                    _turn(connection, WAIT_S, only_reads=False)
                    # Take the write lock at once, so that two planners never decide on the same old state.
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {WAIT_S * 1000:.0f}")
                yield connection
                connection.commit()

    def turns(self) -> str:
        """Why readers and writers take turns, in a sentence; empty where they don't have to."""
        if self.file is None or not on_network(self.file.parent):
            return ""
        text = _(
            "填报文件在网络文件夹 {folder}：几个人同时填报时要互相等待。可用环境变量 MIXPLAN_HOME 改到本机文件夹。"
        )
        return text.format(folder=self.file.parent)

    def close(self) -> None:
        """Let go of the database; the next use opens it anew."""
        self._ready = None
        self.engine.dispose()

    def _get_ready(self, wait_s: float) -> None:
        """Bring the database to today's form before its first use, and again where another file has taken its place."""
        if self._ready is not None and self._ready == self._identity():
            return
        with self._lock:
            if self._ready is None or self._ready != self._identity():
                self.close()
                if self.file is not None:
                    self._make_folder(self.file)
                with self.engine.connect() as connection:
                    if self.file is not None:
                        _turn(connection, wait_s, only_reads=False)
                    upgrade.bring_up_to_date(connection, self.file)
                    if self.file is not None:
                        _use_log(connection, self.file.parent)
                self._ready = self._identity()
                self._seen = True

    def _identity(self) -> object:
        if self.file is None:
            return self.place
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _make_folder(self, file: Path) -> None:
        if self._seen and not file.exists():
            # A new file in its place would look as if nothing had ever been kept.
            text = _(
                "数据文件 {file} 不见了：被移走，或所在的磁盘、网络文件夹断开。放回后再试；要从头开始，请重启 mixplan。"
            )
            raise DataError(text.format(file=file))
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            text = _("无法打开数据文件 {file}：文件夹不可写，或路径不对。可用环境变量 MIXPLAN_HOME 指定其他文件夹。")
            raise DataError(text.format(file=file)) from error

    @contextmanager
    def _in_words(self, wait_s: float) -> Iterator[None]:
        """What goes wrong with the database, in a sentence; the next call begins anew."""
        try:
            yield
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, sqlite3.Error) as error:
            self.close()
            reason = _reason(error, wait_s)
            # What a driver says of a server may repeat how it was called, the password with it.
            cause = error if self.file is not None else None
            raise DataError(_("数据库 {place}：{reason}。").format(place=self.place, reason=reason)) from cause


_open: dict[tuple[str | Path, int], Database] = {}


def database(path: Path | None = None) -> Database:
    """The database in use: the file that is given, else what ``MIXPLAN_DATABASE_URL`` names, else the user's own file.

    A process keeps one for each address; one that came about by copying another process has its own.
    """
    address = path or os.environ.get(ADDRESS) or home() / FILE_NAME
    found = _open.get((address, os.getpid()))
    if found is None:
        found = _open.setdefault((address, os.getpid()), Database(address))
    return found


def close_all() -> None:
    """Let go of every database that this process has open."""
    while _open:
        _open.popitem()[1].close()


def _turn(connection: sa.Connection, wait_s: float, *, only_reads: bool) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout = {wait_s * 1000:.0f}")
    driver.execute(f"PRAGMA query_only = {only_reads:d}")


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA foreign_keys = ON")


def _use_log(connection: sa.Connection, folder: Path) -> None:
    """Keep the write-ahead log where the folder allows it, SQLite's older journal in a network folder."""
    wanted = "delete" if on_network(folder) else "wal"
    if connection.exec_driver_sql("PRAGMA journal_mode").scalar() == wanted:
        return
    try:
        # SQLite answers with the mode that it could set and goes on in it.
        connection.exec_driver_sql(f"PRAGMA journal_mode = {wanted}")
    except sa.exc.OperationalError:
        return  # somebody else is at the file, or it may only be read; the next one sets it


def _postgresql(address: str) -> tuple[sa.URL, str]:
    """Address of a PostgreSQL database for SQLAlchemy, and how it is called where a password must not be shown."""
    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        url = sa.URL.create("")
    if url.drivername.split("+")[0] not in ("postgresql", "postgres") or not url.database:
        text = _("环境变量 {name} 应写成 postgresql://用户:密码@主机/数据库；要用 SQLite 文件，请改用 MIXPLAN_HOME。")
        raise DataError(text.format(name=ADDRESS))
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise DataError(_("使用 PostgreSQL 需要安装 psycopg：pip install 'mixplan[postgresql]'。")) from error
    host = url.host or url.query.get("host") or "localhost"
    return url.set(drivername="postgresql+psycopg"), f"{url.database}@{host}"


# What PostgreSQL's classes of errors and single errors mean to whoever reads it.
_BUSY = ("55P03", "57014", "40001", "40P01")
_DENIED = ("42501", "25006")


def _reason(error: Exception, wait_s: float) -> str:
    """What kind of trouble a database reports, in our words."""
    cause = getattr(error, "orig", None) or error
    kind = str(getattr(cause, "sqlite_errorname", None) or "")
    state = getattr(cause, "sqlstate", "none") or ""
    if kind.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or state in _BUSY or isinstance(cause, sa.exc.TimeoutError):
        return _("别的程序正在写，{seconds:g} 秒内没有写完，请稍后再试").format(seconds=wait_s)
    if kind.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return _("不是 mixplan 的数据文件，或已损坏")
    if kind.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_AUTH")) or state in _DENIED:
        return _("没有读写它的权限")
    if kind.startswith("SQLITE_FULL") or state == "53100":
        return _("磁盘已满")
    if state.startswith(("08", "57P", "53")) or state == "":
        return _("连不上：服务器没有应答，或地址、用户名、密码、库名有误；没有写到一半的东西，恢复后再试")
    return _("读写失败，请检查磁盘和文件夹")
