"""A project as its tables have it, and how a change of it is written; the transaction is `mixplan.projects.store`'s."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from mixplan.base.errors import DataError, MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.projects import trail
from mixplan.projects.access import LONGEST_NAME, no_such
from mixplan.projects.changes import Item, Record, applied, clashes, difference, value_at
from mixplan.projects.project import Project, from_json
from mixplan.projects.schema import projects, records
from mixplan.projects.trail import ABOUT, LINKS, Entry

State = Literal["active", "archived", "deleted"]
STATES: tuple[State, ...] = get_args(State)
LARGEST_RECORD_MB = 5
VIEWS = "views"
_ID_BYTES = 9  # twelve characters


@dataclass(frozen=True)
class Kept:
    """A project as it is stored: times are UTC, ``head`` is the hash of its last change, a ``private`` one is for its
    ``owner`` (a login) alone."""

    id: str
    name: str
    state: State
    revision: int
    project: Project
    saved_at: str
    saved_by: str
    head: str
    owner: str = ""
    private: bool = False


@dataclass(frozen=True)
class Clash:
    """One item that two have changed: what the saver wants there, what is stored, by whom and since when."""

    path: tuple[str, ...]
    mine: Any
    theirs: Any
    who: str
    at: str


class ClashError(MixplanError):
    """Somebody else's change is in the way; nothing was written. ``items`` has both sides of each."""

    def __init__(self, items: tuple[Clash, ...]) -> None:
        who = "、".join(sorted({item.who for item in items}))
        text = _("{count} 处已由 {who} 改成别的，没有写入；请先看双方的值，再决定。")
        super().__init__(text.format(count=len(items), who=who))
        self.items = items


@dataclass(frozen=True)
class Row:
    """A project as its tables have it."""

    id: str
    name: str
    state: State
    revision: int
    head: str
    changed_at: str
    changed_by: str
    owner: str
    private: bool
    views: Mapping[str, Any]
    record: Record

    def kept(self, project: Project | None = None) -> Kept:
        """The project in whole; ``project`` spares reading the record where it is at hand."""
        if project is None:
            project = from_json({**self.record, VIEWS: self.views}, name=self.name)
        changed = (self.changed_at, self.changed_by, self.head)
        return Kept(self.id, self.name, self.state, self.revision, project, *changed, self.owner, self.private)


_WHOLE = sa.select(*(projects.c[one.name] for one in fields(Row)[:-1]), records.c.record).join(
    records, records.c.project == projects.c.id
)


def read_row(connection: sa.Connection, id: str, *, lock: bool = False) -> Row:
    """A project; with ``lock`` other writers wait until the transaction ends."""
    if lock:
        # By itself: what is read together with a lock that had to be waited for may be of before the wait.
        connection.execute(sa.select(projects.c.id).where(projects.c.id == id).with_for_update())
    row = connection.execute(_WHOLE.where(projects.c.id == id)).first()
    if row is None:
        raise no_such(id)
    try:
        read = {"views": json.loads(row.views), "record": json.loads(row.record)}
    except (ValueError, RecursionError) as error:
        raise unreadable(row.name) from error
    words = (row.name, row.head, row.changed_at, row.changed_by, row.owner)  # SQLite keeps any kind of value
    if not all(isinstance(value, dict) for value in read.values()) or not all(isinstance(one, str) for one in words):
        raise unreadable(row.name)
    return Row(**row._asdict() | read)


def unreadable(name: str) -> DataError:
    """Why a project cannot be read though it is there."""
    return DataError(_("项目“{name}”的记录无法读出：库被改过或已损坏，请查验。").format(name=name))


def new_id() -> str:
    """An id that no other project has, as an address can name it, and a command without taking it for an option."""
    while (made := secrets.token_urlsafe(_ID_BYTES)).startswith("-"):
        pass
    return made


def add_row(connection: sa.Connection, name: str, raw: Record, entry: Entry, *, owner: str) -> Row:
    """Put a new project in place, as the first change of its trail."""
    views = raw.pop(VIEWS, {})
    about = [Item((ABOUT, "name"), None, checked_name(name)), Item((ABOUT, "state"), None, "active")]
    if owner:
        about.append(Item((ABOUT, "owner"), None, owner))
    entry = replace(entry, items=(*about, *difference({}, raw)))
    record = applied({}, entry.items[len(about) :])
    row = Row(
        id=new_id(),
        name=about[0].after,
        state="active",
        revision=1,
        head="",
        changed_at=entry.at,
        changed_by=entry.who,
        owner=owner,
        private=False,
        views=views,
        record=record,
    )
    values = _values(row) | {"id": row.id, "created_at": entry.at, "created_by": entry.who, "figures": "{}"}
    connection.execute(sa.insert(projects), values | {"views": trail.written(views)})
    connection.execute(sa.insert(records), {"project": row.id, "record": _written_record(record)})
    return _sealed(connection, row, entry)


def change_row(connection: sa.Connection, row: Row, entry: Entry) -> Row:
    """Make a change to a project and put it at the end of its trail."""
    about = [item for item in entry.items if item.path[0] == ABOUT]
    record = row.record
    if not about:
        if row.state != "active":
            raise not_now(row)
        if stopped := clashes(row.record, entry.items):
            raise ClashError(tuple(_clash(connection, row, item) for item in stopped))
        record = applied(row.record, entry.items)
        entry = replace(entry, items=tuple(difference(row.record, record)))
        if not entry.items and entry.of is None:
            return row  # somebody else has just set the same
        connection.execute(sa.update(records).where(records.c.project == row.id).values(record=_written_record(record)))
    told = {item.path[1]: item.after for item in about if item.path[1] != LINKS}  # those have a table of their own
    after = replace(row, **told, revision=row.revision + 1, record=record, changed_at=entry.at, changed_by=entry.who)
    return _sealed(connection, after, entry)


def _sealed(connection: sa.Connection, row: Row, entry: Entry) -> Row:
    """Write a change into the trail, and what it makes of the project beside it."""
    after = replace(row, head=trail.append(connection, row.id, row.revision, row.head, entry))
    connection.execute(sa.update(projects).where(projects.c.id == row.id).values(_values(after)))
    return after


def _values(row: Row) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in ("name", "state", "revision", "head", "changed_at", "changed_by", "owner", "private")
    }


def _clash(connection: sa.Connection, row: Row, item: Item) -> Clash:
    by = trail.last_to_touch(connection, row.id, item.path)
    theirs = value_at(row.record, item.path)
    return Clash(item.path, item.after, theirs, by.who if by else "", by.at if by else "")


def keep_views(connection: sa.Connection, id: str, views: Mapping[str, Any]) -> None:
    """Keep what the pages showed last."""
    connection.execute(sa.update(projects).where(projects.c.id == id).values(views=trail.written(views)))


def _written_record(record: Record) -> str:
    """A record as text.

    Raises
    ------
    DataError
        Where it is too large, or holds characters that no file can hold.
    """
    text = trail.written(record)
    size_mb = len(text.encode("utf-8")) / 1e6
    if size_mb > LARGEST_RECORD_MB:
        words = _("项目有 {size:.1f} MB，最多 {most} MB；文件和结果另外存放，不计在内。")
        raise DataError(words.format(size=size_mb, most=LARGEST_RECORD_MB))
    return text


def entry_of(who: str, kind: str, items: Sequence[Item] = (), *, note: str = "") -> Entry:
    """A change by somebody, now."""
    return Entry(
        at=now(), who=checked_text(who, _("姓名")), kind=kind, items=tuple(items), note=note.replace("\0", "").strip()
    )


def checked_name(name: str) -> str:
    """Name of a project, as it may be."""
    return checked_text(name, _("项目名称"))


def checked_text(text: str, label: str) -> str:
    """A name without blanks around it.

    Raises
    ------
    DataError
        Where it is empty, too long, or holds a line break or another character that cannot be seen.
    """
    text = text.strip()
    if not text:
        raise DataError(_("缺少“{label}”。").format(label=label))
    if len(text) > LONGEST_NAME:
        raise DataError(
            _("“{label}”最多 {most} 个字，现在有 {count} 个。").format(label=label, most=LONGEST_NAME, count=len(text))
        )
    if not text.isprintable():
        raise DataError(_("“{label}”里不能有换行、制表符或其他看不见的字符。").format(label=label))
    return text


def not_now(row: Row) -> DataError:
    """Why a project in its state cannot be changed in this way."""
    words = {
        "archived": _("已归档，先恢复再修改"),
        "deleted": _("已删除，先恢复再修改"),
        "active": _("没有归档或删除，不用恢复"),
    }
    return DataError(_("项目“{name}”{reason}。").format(name=row.name, reason=words[row.state]))


def now() -> str:
    """The time of day as the tables have it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
