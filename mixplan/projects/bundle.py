"""A project with everything that belongs to it, as it is carried from one database to another."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.files.kept import is_hash
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.projects import contents, trail
from mixplan.projects.changes import Item, applied
from mixplan.projects.rows import Row, change_row, checked_name, entry_of, new_id, now, read_row
from mixplan.projects.schema import actuals, changes, project_contents, projects, records
from mixplan.projects.trail import written

CHANGE = tuple(one.name for one in changes.c if one.name != "project")
"""What the trail says of each change, in the order of its columns."""
ACTUAL = tuple(one.name for one in actuals.c if one.name != "id")
"""What is kept of each annual actual that was entered."""

_TABLES = ("register", "demand", "candidates")  # whose columns are the planners' own: a contact may stand in one


@dataclass(frozen=True)
class Content:
    """A file or a result of the project; ``content`` is None where it was left out."""

    hash: str
    name: str
    media: str
    content: bytes | None


@dataclass(frozen=True)
class Bundle:
    """A project with its trail, files and results, and the actuals of the database that it comes from.

    Attributes
    ----------
    record, views : str
        JSON of the record, and of what its pages showed last.
    changes : tuple of tuple
        The trail, `CHANGE` of each, oldest first.
    actuals : tuple of tuple
        `ACTUAL` of each annual actual, those taken back too.
    """

    id: str
    name: str
    state: str
    revision: int
    head: str
    record: str
    views: str
    changes: tuple[tuple[Any, ...], ...]
    contents: tuple[Content, ...]
    actuals: tuple[tuple[Any, ...], ...]

    def content(self, hash: str) -> bytes:
        """A file or a result that goes along.

        Raises
        ------
        DataError
            Where it does not.
        """
        for one in self.contents:
            if one.hash == hash and one.content is not None:
                return one.content
        raise DataError(_("项目里没有内容 {hash}。").format(hash=hash[:12]))

    def entered(self) -> pd.DataFrame:
        """The annual actuals in force."""
        table = pd.DataFrame(list(self.actuals), columns=list(ACTUAL))
        return table[table["withdrawn_at"] == ""].reset_index().rename(columns={"index": "id"})

    @property
    def left_out(self) -> list[str]:
        """Names of the files that were left out for the personal data in them."""
        return sorted({one.name for one in self.contents if one.content is None})


def collect(connection: sa.Connection, id: str, *, personal: bool) -> Bundle:
    """A project as it stands, with all that belongs to it.

    Parameters
    ----------
    personal : bool
        Whether registers and tables of points go along as they were brought; else what was read of them goes.

    Raises
    ------
    DataError
        Where a file that the project needs could not go along.
    """
    row = read_row(connection, id)
    order = sa.select(*(changes.c[name] for name in CHANGE)).where(changes.c.project == id).order_by(changes.c.revision)
    steps = tuple(tuple(one) for one in connection.execute(order))
    mine = sa.select(project_contents).where(project_contents.c.project == id).order_by(project_contents.c.hash)
    items = [item for step in steps for item in trail.items_of(step[CHANGE.index("items")])]
    private = set() if personal else set(_tables(items))
    found = []
    for one in connection.execute(mine).all():
        content = None if one.hash in private else contents.get(connection, id, one.hash)
        found.append(Content(one.hash, one.name, one.media, content))
    entered = connection.execute(sa.select(*(actuals.c[name] for name in ACTUAL)).order_by(actuals.c.id))
    bundle = Bundle(
        id=row.id,
        name=row.name,
        state=row.state,
        revision=row.revision,
        head=row.head,
        record=written(row.record),
        views=written(row.views),
        changes=steps,
        contents=tuple(found),
        actuals=tuple(tuple(one) for one in entered),
    )
    if needed := missing(bundle):
        text = _("项目“{name}”用到的文件 {files} 只有原文件；可用 --with-personal-data 连同原文件导出。")
        raise DataError(text.format(name=row.name, files=listed(needed)))
    return bundle


def missing(bundle: Bundle) -> list[str]:
    """Files and results that the project needs and the bundle lacks; a table may be there as it was read."""
    there = {one.hash for one in bundle.contents if one.content is not None}
    uses = lacking(json.loads(bundle.record), there)
    return sorted({str(use.get("name", use["content"][:12])) for use in uses})


def lacking(record: Mapping[str, Any], there: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """What a record says of the files and results that it needs and that are not among those of some hashes."""
    for key, use in _uses("", record):
        as_read = use.get("parsed") if key in _TABLES else None
        if use["content"] not in there and as_read not in there:
            yield use


def _tables(items: Iterable[Item]) -> Iterator[str]:
    """Hashes of the tables, as they were brought, that a trail ever speaks of."""
    for item in items:
        for value in (item.before, item.after):
            for key, use in _uses(item.path[-1], value):
                if key in _TABLES:
                    yield use["content"]


def _uses(key: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Files and results that a record, or a part of one, names, and under which key."""
    if isinstance(value, Mapping):
        if is_hash(value.get("content")):
            yield key, value
        for inner, part in value.items():
            yield from _uses(inner, part)
    elif isinstance(value, list):
        for part in value:
            yield from _uses(key, part)


def put_in(connection: sa.Connection, bundle: Bundle, *, name: str, who: str, owner: str) -> Row:
    """Make a project of a bundle that was checked: with the same trail, and a new id where there is one of its id.

    Whatever a file says of who did what is its own word: where there is a login, a last change says who has brought it.

    Parameters
    ----------
    name : str
        What it is called here; another name than it had is a change of its own.
    owner : str
        Login of whoever brings it; it is as private as its trail says.
    """
    taken = connection.execute(sa.select(projects.c.id).where(projects.c.id == bundle.id)).first() is not None
    old, bundle = bundle, _sealed_anew(bundle, new_id()) if taken else bundle
    steps = [dict(zip(CHANGE, step, strict=True)) for step in bundle.changes]
    said = {"owner": "", "private": False, **_about(item for step in steps for item in trail.items_of(step["items"]))}
    first, last = steps[0], steps[-1]
    values = {
        "id": bundle.id,
        "name": bundle.name,
        "state": bundle.state,
        "revision": bundle.revision,
        "head": bundle.head,
        "created_at": first["at"],
        "created_by": first["who"],
        "changed_at": last["at"],
        "changed_by": last["who"],
        "views": bundle.views,
        "figures": "{}",
        "owner": owner,
        "private": bool(said["private"]),
    }
    connection.execute(sa.insert(projects), values)
    connection.execute(sa.insert(records), {"project": bundle.id, "record": bundle.record})
    connection.execute(sa.insert(changes), [{"project": bundle.id, **step} for step in steps])
    for one in bundle.contents:
        if one.content is not None:
            contents.put(connection, bundle.id, one.content, about=(one.name, one.media), at=now())
    row = read_row(connection, bundle.id)
    # No link of there leads here, and whoever brings it has it.
    here = {"name": checked_name(name), "owner": owner, "private": values["private"], trail.LINKS: None}
    items = [Item((trail.ABOUT, key), said.get(key), value) for key, value in here.items()]
    items = [one for one in items if one.path[1] == "name" or one.before != one.after]
    whence = {"name": old.name, "id": old.id, "revision": old.revision, "head": old.head}
    if taken:
        text = _("复制自“{name}”（{id}，第 {revision} 版，校验值 {head}）")
        return change_row(connection, row, entry_of(who, "duplicate", items, note=text.format(**whence)))
    if owner or len(items) > 1:  # a file can name anybody: with a login the trail says whose word that is
        text = _("由文件导入“{name}”（{id}，第 {revision} 版，校验值 {head}）：到此为止的人和时间是文件里写的")
        return change_row(connection, row, entry_of(who, "import", items, note=text.format(**whence)))
    return row if name == bundle.name else change_row(connection, row, entry_of(who, "rename", items))


def _about(items: Iterable[Item]) -> Mapping[str, Any]:
    """What a trail says of the project beside its record."""
    found: Mapping[str, Any] = applied({}, items)[trail.ABOUT]
    return found


def add_actuals(connection: sa.Connection, bundle: Bundle) -> int:
    """Add the actuals of a bundle that this database does not have, with who and when as they were; says how many."""
    new = unknown_actuals(connection, bundle)
    if new:
        connection.execute(sa.insert(actuals), [dict(zip(ACTUAL, row, strict=True)) for row in new])
    return len(new)


def unknown_actuals(connection: sa.Connection, bundle: Bundle) -> list[tuple[Any, ...]]:
    """Actuals of a bundle that this database does not have; one that was taken back since is the same one."""
    entered = ACTUAL[: ACTUAL.index("withdrawn_by")]
    there = {tuple(one) for one in connection.execute(sa.select(*(actuals.c[name] for name in entered)))}
    return [row for row in bundle.actuals if row[: len(entered)] not in there]


def _sealed_anew(bundle: Bundle, id: str) -> Bundle:
    """The same bundle for another id: a seal covers it."""
    head, steps = "", []
    for step in bundle.changes:
        head = trail.seal(head, (id, *step[:-1]))
        steps.append((*step[:-1], head))
    return replace(bundle, id=id, head=head, changes=tuple(steps))


def check_trail(bundle: Bundle, items: Iterable[tuple[Item, ...]]) -> None:
    """Refuse a bundle whose seals don't hold, or whose record is not what its trail leads to.

    Raises
    ------
    DataError
        Naming the first change that was altered, or what does not follow from the trail.
    """
    head = ""
    for number, step in enumerate(bundle.changes, start=1):
        row = dict(zip(CHANGE, step, strict=True))
        if row["revision"] != number or trail.seal(head, (bundle.id, *step[:-1])) != row["hash"]:
            raise DataError(_("留痕第 {revision} 版与它的校验值不符：它或它前面的一次被改过。").format(revision=number))
        head = row["hash"]
    if (len(bundle.changes), head) != (bundle.revision, bundle.head):
        raise DataError(
            _("项目在第 {revision} 版，而留痕止于第 {last} 版。").format(
                revision=bundle.revision, last=len(bundle.changes)
            )
        )
    record = applied({}, [item for some in items for item in some])
    about = record.pop(trail.ABOUT, {})
    if (about.get("name"), about.get("state")) != (bundle.name, bundle.state):
        raise DataError(_("项目的名称或状态与留痕不符。"))
    if record != json.loads(bundle.record):
        raise DataError(_("项目的记录与留痕所得不符。"))
