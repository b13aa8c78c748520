"""Whether what is kept is what was written: the trail's seals, the records that follow from it, and the contents."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects import contents
from mixplan.projects.bundle import lacking
from mixplan.projects.changes import Item, Record, applied
from mixplan.projects.database import FILE_NAME
from mixplan.projects.schema import changes, links, project_contents, projects, records
from mixplan.projects.schema import contents as table
from mixplan.projects.trail import ABOUT, LINKS, items_of, seal


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written.

    Attributes
    ----------
    project, name : str
        Id and name of the project; no id and the file's name for the file of all projects.
    revision : int or None
        Where in its trail; None for what stands now.
    what : str
        What is wrong, in a sentence.
    note : bool
        Whether it is only worth knowing, such as a clock that was put back.
    """

    project: str
    name: str
    revision: int | None
    what: str
    note: bool = False


def faults(connection: sa.Connection, id: str | None) -> list[Fault]:
    """What is not as it was written, in one project or in all."""
    question = sa.select(projects.c.id, projects.c.name).order_by(projects.c.id)
    lost = sa.select(changes.c.project).distinct().where(changes.c.project.not_in(sa.select(projects.c.id)))
    if id is not None:
        question, lost = question.where(projects.c.id == id), lost.where(changes.c.project == id)
    found = []
    for project, name in connection.execute(question).all():
        found += [Fault(project, name, revision, what, note) for revision, what, note in _in(connection, project)]
    gone = _("项目不见了，而它的留痕还在")
    found += [Fault(project, "", None, gone) for project in connection.execute(lost).scalars()]
    # SQLite reads on past a damaged page that it has no need of yet.
    if id is None and connection.dialect.name == "sqlite" and _check(connection) != ["ok"]:
        found.append(Fault("", FILE_NAME, None, _("文件有损坏的页，请从备份恢复")))
    return found


def _check(connection: sa.Connection) -> list[str]:
    return list(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars())


Said = tuple[int | None, str, bool]


def _in(connection: sa.Connection, project: str) -> Iterator[Said]:
    try:
        yield from _in_trail(connection, project)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):  # SQLite keeps any kind of value
        yield None, _("留痕里有不应有的值，无法逐条核对"), False
    yield from _in_contents(connection, project)


def _in_trail(connection: sa.Connection, project: str) -> Iterator[Said]:
    """Breaks in the chain, and where the project as it stands is not what its changes lead to."""
    rows = connection.execute(sa.select(changes).where(changes.c.project == project).order_by(changes.c.revision)).all()
    head, last, before = "", 0, ""
    items: list[Item] = []
    for row in rows:
        for missing in range(last + 1, row.revision):
            yield missing, _("这次改动不见了"), False
        if last + 1 == row.revision and seal(head, row[:-1]) != row.hash:
            yield row.revision, _("这次改动与它的校验值不符：它或它前面的一次被改过"), False
        if row.at < before:
            text = _("时钟曾被拨回：记的时间 {at} 早于上一次改动；先后以版本号为准")
            yield row.revision, text.format(at=row.at), True
        try:
            items += items_of(row.items)
        except DataError:
            yield row.revision, _("这次改动无法读出"), False
        # From here on the chain is followed as it stands, so that one fault is told once.
        head, last, before = row.hash, row.revision, row.at
    yield from _in_state(connection, project, applied({}, items), (last, head))
    yield from _in_list(connection, project, rows)


def _in_state(connection: sa.Connection, project: str, record: Record, end: tuple[int, str]) -> Iterator[Said]:
    now = connection.execute(sa.select(projects).where(projects.c.id == project)).one()
    if (now.revision, now.head) != end:
        yield (
            None,
            _("项目在第 {revision} 版，而留痕止于第 {last} 版").format(revision=now.revision, last=end[0]),
            False,
        )
    about = record.pop(ABOUT, {})
    told = (about.get("name"), about.get("state"), about.get("owner", ""), about.get("private", False))
    if told != (now.name, now.state, now.owner, now.private):
        yield None, _("项目的名称、状态、所有者或可见范围与留痕不符"), False
    working = sa.select(links.c.id).where(links.c.project == project, links.c.ended_at == "")
    if set(connection.execute(working).scalars()) != set(about.get(LINKS, {})):
        yield None, _("项目的查看链接与留痕不符"), False
    text = connection.execute(sa.select(records.c.record).where(records.c.project == project)).scalar()
    try:
        stored = json.loads(text or "")
    except ValueError:
        yield None, _("项目的记录无法读出"), False
        return
    if stored != record:
        yield None, _("项目的记录与留痕所得不符"), False


def _in_list(connection: sa.Connection, project: str, rows: Sequence[Any]) -> Iterator[Said]:
    """Where the lists of projects, or the pages, are told something else than what was written."""
    now = connection.execute(sa.select(projects).where(projects.c.id == project)).one()
    told = (now.created_at, now.created_by, now.changed_at, now.changed_by)
    if rows and told != (rows[0].at, rows[0].who, rows[-1].at, rows[-1].who):
        yield None, _("项目何时由谁建立、最后由谁改动，与留痕不符"), False
    try:
        views = json.loads(now.views)
    except ValueError:
        views = None
    if not isinstance(views, dict):
        yield None, _("项目的记录无法读出"), False


def _in_contents(connection: sa.Connection, project: str) -> Iterator[Said]:
    """Contents that are not what their hash says, one at a time, for each may be large; and those that are needed."""
    rows = connection.execute(sa.select(project_contents).where(project_contents.c.project == project)).all()
    for row in rows:
        content = connection.scalar(sa.select(contents.as_kept(table.c.content)).where(table.c.hash == row.hash))
        if content is None:
            yield None, _("文件“{name}”（{hash}）不见了").format(name=row.name, hash=row.hash[:12]), False
        elif not contents.is_whole(content, row.hash):
            yield None, _("文件“{name}”（{hash}）与它的校验值不符").format(name=row.name, hash=row.hash[:12]), False
    record = connection.execute(sa.select(records.c.record).where(records.c.project == project)).scalar()
    with suppress(ValueError, TypeError, RecursionError):  # one that cannot be read is told already
        # Branches may need the same one: it is told once.
        uses = {use["content"]: use for use in lacking(json.loads(record or "{}"), {row.hash for row in rows})}
        for key, use in uses.items():
            name = use.get("name", "result.json")
            yield None, _("文件“{name}”（{hash}）不见了").format(name=name, hash=key[:12]), False
