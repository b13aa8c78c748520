"""The queue of long work: one SQLite file that pages, the pool and its workers share.

Each release has a queue and a pool of its own: what one has pickled, another might misread.

The file lies in a folder of its own that only its owner may enter, for what is asked of a worker, and what comes of
it, is kept as Python pickles: who could write there could run anything in the owner's name.
"""

import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal, NamedTuple

from mixplan import __version__
from mixplan.base.errors import DataError
from mixplan.base.files.reading import os_reason
from mixplan.base.i18n import gettext as _
from mixplan.projects.home import home

State = Literal["waiting", "running", "done", "failed", "stopped", "lost"]
Why = Literal["", "asked", "silent", "late", "died", "restarted", "broken"]
"""Why work ended before its goal: the planner asked, nobody was there any more, its time was up by far, its process
ended, or the whole pool did, or no pool can be kept alive."""
Part = Literal["call", "about", "progress", "best", "result", "error"]

SERVER = "server"  # under what servers give their sign of life; a planner's id is longer
_WAIT_S = 10.0
_KEPT = 12  # ended runs of a planner by a name
_KEPT_S = 24 * 3600.0
_VERSION = 1
_SCHEMA = """
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    planner TEXT NOT NULL,
    name TEXT NOT NULL,
    about TEXT NOT NULL,
    function TEXT NOT NULL,
    language TEXT NOT NULL,
    limit_s REAL,
    state TEXT NOT NULL DEFAULT 'waiting',
    why TEXT NOT NULL DEFAULT '',
    asked_at REAL NOT NULL,
    started_at REAL,
    ended_at REAL
);
CREATE INDEX jobs_of ON jobs (planner, name);
CREATE INDEX jobs_in ON jobs (state);
CREATE TABLE parts (
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (job, part)
);
CREATE TABLE alive (who TEXT PRIMARY KEY, seen REAL NOT NULL);
"""


class Order(NamedTuple):
    """What is asked of a worker; ``call`` holds the arguments, ``about`` what the work is about, both pickled."""

    planner: str
    name: str
    function: str
    language: str
    call: bytes
    about: bytes
    about_hash: str
    limit_s: float | None = None


class Entry(NamedTuple):
    """One run as the queue has it; times are seconds since the epoch."""

    id: int
    planner: str
    name: str
    about: str
    function: str
    language: str
    limit_s: float | None
    state: State
    why: Why
    asked_at: float
    started_at: float | None
    ended_at: float | None


_COLUMNS = ", ".join(Entry._fields)


def own_folder(folder: Path) -> Path:
    """A folder that only its owner may enter, made where it is missing.

    Raises
    ------
    DataError
        Where somebody else owns it or may write there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if hasattr(os, "getuid"):  # elsewhere the user's own folders are the user's by default
            found = folder.stat()
            if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
                raise DataError(
                    _("文件夹 {folder} 应只属于当前用户、权限为 700；其他人能写入，计算队列不能放在那里。").format(
                        folder=folder
                    )
                )
    except OSError as error:
        raise DataError(
            _("无法建立文件夹 {folder}：{reason}。").format(folder=folder, reason=os_reason(error))
        ) from error
    return folder


class DamagedQueueError(DataError):
    """The file is no database any more; waiting does not help."""


@contextmanager
def _in_words(file: Path) -> Iterator[None]:
    """What goes wrong with a file of the queue, in a sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        passing = isinstance(error, sqlite3.OperationalError | OSError)  # locked, full, out of reach
        kind = DataError if passing else DamagedQueueError
        raise kind(_("计算队列 {file} 读写失败：磁盘已满、正忙或文件已损坏。").format(file=file)) from error


class Queue:
    """The queue in a folder, by default in the user's own."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = home() / "jobs" if folder is None else folder
        self.file = self.folder / f"queue-{__version__}.sqlite3"

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction: kept if the block ends well, undone if it fails."""
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with _in_words(self.file), closing(self.connection()) as connection:  # takes back what was not committed
            yield connection

    def connection(self) -> sqlite3.Connection:
        """A connection with the tables in place; the pool holds one open, so that the others are quick."""
        own_folder(self.folder)
        fresh = not self.file.exists()
        connection = sqlite3.connect(self.file, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
        if fresh:
            self.file.chmod(0o600)
            self._forget_other_releases()
        if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            _create(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def clear_if_damaged(self) -> None:
        """Take away a file that no longer is a database; what was asked for in it is lost. The pool alone does this."""
        if not self.file.exists():
            return
        try:
            with closing(sqlite3.connect(self.file, timeout=_WAIT_S)) as connection:
                damaged = connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",)
        except sqlite3.OperationalError:  # locked, or a disk that fails: perhaps nothing is wrong with it
            return
        except sqlite3.DatabaseError:
            damaged = True
        if damaged:
            for ending in ("", "-wal", "-shm"):
                self.file.with_name(self.file.name + ending).unlink(missing_ok=True)

    def _forget_other_releases(self) -> None:
        for left in self.folder.glob("queue-*"):
            with suppress(OSError):  # another process is at it
                if not left.name.startswith(self.file.name) and left.stat().st_mtime < time.time() - _KEPT_S:
                    left.unlink()

    def _rows(self, question: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """Answers to a question, read without a lock; none where nothing was ever asked for."""
        if not self.file.exists():
            return []
        with self._opened() as connection:
            return connection.execute(question, values).fetchall()

    def _entries(self, where: str, values: tuple[object, ...] = ()) -> list[Entry]:
        return [Entry(*row) for row in self._rows(f"SELECT {_COLUMNS} FROM jobs WHERE {where}", values)]  # type: ignore[arg-type]

    # What pages do.

    def put(self, order: Order) -> int:
        """Put work at the end of the queue and return its number; the planner's oldest results go."""
        now = time.time()
        with self.open() as db:
            job = db.execute(
                "INSERT INTO jobs (planner, name, about, function, language, limit_s, asked_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (order.planner, order.name, order.about_hash, order.function, order.language, order.limit_s, now),
            ).lastrowid
            assert job is not None
            parts = [(job, "call", order.call), (job, "about", order.about)]
            db.executemany("INSERT INTO parts (job, part, content) VALUES (?, ?, ?)", parts)
            _touch(db, order.planner, now)
            db.execute(
                "DELETE FROM jobs WHERE ended_at < ? "
                "OR ended_at IS NOT NULL AND planner = ? AND name = ? AND id NOT IN "
                "(SELECT id FROM jobs WHERE planner = ? AND name = ? ORDER BY id DESC LIMIT ?)",
                (now - _KEPT_S, order.planner, order.name, order.planner, order.name, _KEPT),
            )
            db.execute("DELETE FROM alive WHERE seen < ?", (now - _KEPT_S,))
        return job

    def entry(self, job: int) -> Entry | None:
        """A run, none where it has been cleared away."""
        return next(iter(self._entries("id = ?", (job,))), None)

    def entries(self, planner: str, name: str) -> list[Entry]:
        """A planner's runs of a name, oldest first."""
        return self._entries("planner = ? AND name = ? ORDER BY id", (planner, name))

    def open_entries(self) -> list[Entry]:
        """Everybody's runs that have not ended, in the order in which they were asked for."""
        return self._entries("state IN ('waiting', 'running') ORDER BY id")

    def part(self, job: int, part: Part) -> bytes | None:
        """One part of a run, none where there is none."""
        found = self._rows("SELECT content FROM parts WHERE job = ? AND part = ?", (job, part))
        return bytes(found[0][0]) if found else None  # type: ignore[call-overload]

    def ask_stop(self, job: int, why: Why) -> None:
        """Ask work to stop: what waits ends at once, what runs is told by the pool."""
        with self.open() as db:
            db.execute(
                "UPDATE jobs SET state = 'stopped', why = ?, ended_at = ? WHERE id = ? AND state = 'waiting'",
                (why, time.time(), job),
            )
            db.execute("UPDATE jobs SET why = ? WHERE id = ? AND state = 'running' AND why = ''", (why, job))

    def forget(self, job: int) -> None:
        """Clear away an ended run, and the planner's earlier ones about the same."""
        with self.open() as db:
            db.execute(
                "DELETE FROM jobs WHERE ended_at IS NOT NULL AND id <= ? "
                "AND (planner, name, about) = (SELECT planner, name, about FROM jobs WHERE id = ?)",
                (job, job),
            )

    def alive(self, *who: str) -> None:
        """Take down a sign of life."""
        now = time.time()
        with self.open() as db:
            for one in who:
                _touch(db, one, now)

    # What the pool and its workers do.

    def wait_for_turn(self) -> None:
        """Wait until the queue can be written, which it cannot while somebody else keeps it locked."""
        with self.open():
            pass

    def seen(self) -> dict[str, float]:
        """When each planner, and any server, gave the last sign of life."""
        return dict(self._rows("SELECT who, seen FROM alive"))  # type: ignore[arg-type]

    def last_starts(self) -> dict[str, float]:
        """When each planner's work began last."""
        return dict(self._rows("SELECT planner, max(started_at) FROM jobs WHERE started_at > 0 GROUP BY planner"))  # type: ignore[arg-type]

    def start(self, job: int) -> bool:
        """Take work out of the queue; false where it is no longer waiting."""
        with self.open() as db:
            change = "UPDATE jobs SET state = 'running', started_at = ? WHERE id = ? AND state = 'waiting'"
            return db.execute(change, (time.time(), job)).rowcount == 1

    def tell(self, job: int, parts: Mapping[Part, bytes]) -> None:
        """Keep how far a run is, and its best so far."""
        with self.open() as db:
            _keep(db, job, parts)

    def end(self, job: int, state: State, why: Why = "", parts: Mapping[Part, bytes] | None = None) -> None:
        """End a run once: as its worker says, or with its best so far where nothing is handed in."""
        with self.open() as db:
            change = (
                "UPDATE jobs SET state = ?, why = CASE WHEN ? = '' THEN why ELSE ? END, ended_at = ? "
                "WHERE id = ? AND state = 'running'"
            )
            if db.execute(change, (state, why, why, time.time(), job)).rowcount != 1:
                return
            if parts is None:
                db.execute("UPDATE parts SET part = 'result' WHERE job = ? AND part = 'best'", (job,))
            else:
                _keep(db, job, parts)
            db.execute("DELETE FROM parts WHERE job = ? AND part IN ('call', 'best', 'progress')", (job,))


def _touch(db: sqlite3.Connection, who: str, now: float) -> None:
    db.execute("INSERT INTO alive VALUES (?, ?) ON CONFLICT (who) DO UPDATE SET seen = excluded.seen", (who, now))


def _keep(db: sqlite3.Connection, job: int, parts: Mapping[Part, bytes]) -> None:
    rows = [(job, part, content) for part, content in parts.items()]
    db.executemany("INSERT OR REPLACE INTO parts (job, part, content) VALUES (?, ?, ?)", rows)


def _create(connection: sqlite3.Connection) -> None:
    """Empty tables; a queue that another version has written is cleared, for nobody else understands what is in it."""
    connection.execute("PRAGMA auto_vacuum = FULL")
    connection.execute("PRAGMA journal_mode = WAL")  # on a network folder it stays as it was, and works all the same
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:  # another process may have been quicker
        for table in ("parts", "jobs", "alive"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")


class Lock:
    """Held by one process at a time, and let go by the system however that process ends."""

    def __init__(self, folder: Path) -> None:
        file = own_folder(folder) / f"pool-{__version__}.lock"
        with _in_words(file):
            self._connection = sqlite3.connect(file, timeout=0, isolation_level=None)

    def take(self) -> bool:
        """Whether nobody else holds it; from then on this process does."""
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return False
        return True

    def let_go(self) -> None:
        """Let another process have it."""
        self._connection.close()
