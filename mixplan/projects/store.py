"""Where projects are kept: every change as it is made, who made it, and what it was before.

A save is three-way: what the saver started from, what the saver wants, and what is stored by now. Items that only one
side has changed are kept from both; an item that both have changed otherwise is told and not written. What a page
showed last is kept beside the record, without a revision: it is nobody's decision.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects import contents, trail
from mixplan.projects.access import LONGEST_NAME, Person, check_readable, current, is_id, readable
from mixplan.projects.bundle import Bundle, add_actuals, collect, put_in, unknown_actuals
from mixplan.projects.changes import Item, difference, inverse
from mixplan.projects.database import database
from mixplan.projects.project import Project, from_json, to_json
from mixplan.projects.rows import (
    STATES,
    VIEWS,
    Kept,
    State,
    add_row,
    change_row,
    checked_name,
    keep_views,
    not_now,
    now,
    read_row,
)
from mixplan.projects.schema import changes, projects, records
from mixplan.projects.schema import links as links_table
from mixplan.projects.sharing import Shared
from mixplan.projects.speaking import check_comments
from mixplan.projects.trail import ABOUT, Change
from mixplan.projects.verification import Fault, faults


@dataclass(frozen=True)
class Listed:
    """A project as a list names it; ``figures`` are the few numbers that a page has kept for this."""

    id: str
    name: str
    state: State
    revision: int
    created_at: str
    created_by: str
    changed_at: str
    changed_by: str
    figures: Mapping[str, Any]
    owner: str
    private: bool


_REVISION = sa.select(projects.c.revision).where(projects.c.id == sa.bindparam("id"))
# A project in the tables that name it, the last that of itself.
_TABLES = ((links_table, "project"), (changes, "project"), (records, "project"), (projects, "id"))
_LISTED = sa.select(*(projects.c[one.name] for one in fields(Listed)))


def _read(figures: str) -> dict[str, Any]:
    """Figures for the list as they are kept: those that cannot be read any more are made anew, like missing ones."""
    try:
        found = json.loads(figures)
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def open_store(person: Person | None = None) -> "Store":
    """The projects of the user's own folder, or of the database that ``MIXPLAN_DATABASE_URL`` names.

    Parameters
    ----------
    person : Person, optional
        For whom it is opened; else for whoever is at the page that runs, on the command line for the owner.
    """
    return Store(database(), current() if person is None else person)


class Store(Shared):
    """Projects in a database, as far as somebody may see and change them; each function is one transaction."""

    # What there is.

    def listed(self, *, state: State = "active") -> list[Listed]:
        """Projects of a state, the last changed first; no record is loaded for it."""
        if not self._base.made():
            return []
        question = _LISTED.where(projects.c.state == state).order_by(projects.c.changed_at.desc(), projects.c.id)
        if (there := readable(self._person)) is not None:
            question = question.where(there)
        with self._base.reading() as connection:
            rows = connection.execute(question).all()
        return [Listed(**row._asdict() | {"figures": _read(row.figures)}) for row in rows]

    def find(self, name: str) -> Listed:
        """The project, active or archived, of an id or else of a name.

        Raises
        ------
        DataError
            Where there is none, or several have the name.
        """
        there = [*self.listed(), *self.listed(state="archived")]
        found = [one for one in there if one.id == name] or [one for one in there if one.name == name]
        if not found:
            names = "、".join(one.name for one in there[:10]) or _("还没有项目")
            raise DataError(_("没有叫“{name}”的项目。已有：{names}。").format(name=name, names=names))
        if len(found) > 1:
            text = _("有 {count} 个项目叫“{name}”，请改用编号：{ids}。")
            raise DataError(text.format(count=len(found), name=name, ids="、".join(one.id for one in found)))
        return found[0]

    def free_name(self, name: str) -> str:
        """A name that no project has yet that is not deleted: the one wished for, else with a number behind it."""
        taken = {one.name for state in ("active", "archived") for one in self.listed(state=state)}
        proposed, number = name, 1
        while proposed in taken:
            number += 1
            ending = f" ({number})"
            proposed = name[: LONGEST_NAME - len(ending)] + ending
        return proposed

    def revision(self, id: str) -> int:
        """Which revision a project has; 0 where there is none of this id."""
        if not is_id(id):
            return 0
        there = readable(self._person)
        question = _REVISION if there is None else _REVISION.where(there)
        with self._base.reading() as connection:
            return connection.execute(question, {"id": id}).scalar() or 0

    def load(self, id: str) -> Kept:
        """A project as it is stored.

        Raises
        ------
        DataError
            Where there is none of this id, or a later release has written it.
        """
        with self._reading(id) as connection:
            row = read_row(connection, id)
        return row.kept()

    def thumbnail(self, id: str) -> bytes | None:
        """The small picture of a project, none where no page has kept one."""
        with self._reading(id) as connection:
            found = connection.scalar(sa.select(contents.as_kept(projects.c.thumbnail)).where(projects.c.id == id))
        return found if isinstance(found, bytes) else None

    # What begins and ends a project.

    def create(self, name: str, project: Project, *, who: str, note: str = "") -> Kept:
        """Keep a new project; `free_name` proposes a name that no other has."""
        self._person.must("planner")
        entry, raw = self._entry(who, "create", note=note), to_json(project)
        check_comments(self._person, {}, difference({}, raw))
        with self._base.writing() as connection:
            return add_row(connection, name, raw, entry, owner=self._person.identity).kept(project)

    def duplicate(self, id: str, name: str = "", *, who: str, revision: int | None = None) -> Kept:
        """A new project with the record and the files of another, and a trail that begins with where it comes from.

        Parameters
        ----------
        revision : int, optional
            As the other was at this revision, instead of as it is.
        """
        then = None if revision is None else to_json(self.at(id, revision))
        with self._reading(id) as connection:
            name = name or self.free_name(read_row(connection, id).name)
        with self._changing(id) as connection:
            old = read_row(connection, id, lock=True)
            note = _("复制自“{name}”（{id}，第 {revision} 版）")
            note = note.format(name=old.name, id=id, revision=revision or old.revision)
            raw = {**old.record, VIEWS: old.views} if then is None else then
            entry = self._entry(who, "duplicate", note=note)
            new = add_row(connection, name, raw, entry, owner=self._person.identity)
            contents.hand_on(connection, id, new.id)
            return new.kept()

    def rename(self, id: str, name: str, *, who: str) -> None:
        """Give a project another name."""
        with self._changing(id) as connection:
            row = read_row(connection, id, lock=True)
            new = checked_name(name)
            if new != row.name:
                change_row(connection, row, self._entry(who, "rename", [Item((ABOUT, "name"), row.name, new)]))

    def archive(self, id: str, *, who: str) -> None:
        """Put a project aside: it stays as it is until it is restored."""
        self._to_state(id, "archive", ("active",), "archived", who)

    def restore(self, id: str, *, who: str) -> None:
        """Take a project up again that was put aside."""
        self._to_state(id, "restore", ("archived",), "active", who)

    def delete(self, id: str, *, who: str) -> None:
        """Take a project out of the lists; `undelete` brings it back until it is erased."""
        self._to_state(id, "delete", ("active", "archived"), "deleted", who)

    def undelete(self, id: str, *, who: str) -> None:
        """Bring a deleted project back, among those put aside if it was there."""
        with self._reading(id) as connection:
            change = trail.last_to_touch(connection, id, (ABOUT, "state"))
        before = change.items[0].before if change is not None else None
        self._to_state(id, "undelete", ("deleted",), "archived" if before == "archived" else "active", who)

    def erase(self, id: str) -> None:
        """Remove a deleted project for good, with its trail and the files that no other project refers to.

        Raises
        ------
        DataError
            Where the project is not deleted.
        """
        with self._changing(id, "admin") as connection:
            row = read_row(connection, id, lock=True)
            if row.state != "deleted":
                raise DataError(_("项目“{name}”没有删除，不能彻底清除。").format(name=row.name))
            contents.forget(connection, id)
            for table, column in _TABLES:
                connection.execute(sa.delete(table).where(table.c[column] == id))

    def _to_state(self, id: str, kind: str, states: tuple[State, ...], state: State, who: str) -> None:
        with self._changing(id) as connection:
            row = read_row(connection, id, lock=True)
            if row.state == state:
                return
            if row.state not in states:
                raise not_now(row)
            change_row(connection, row, self._entry(who, kind, [Item((ABOUT, "state"), row.state, state)]))

    # What changes it.

    def save(self, id: str, base: Project, new: Project, *, who: str, note: str = "", kind: str = "change") -> Kept:
        """Keep what has changed between two states of a project, beside what others have changed meanwhile.

        Parameters
        ----------
        base, new : Project
            What the saver started from and what came of it; where both are equal no revision is made.

        Raises
        ------
        ClashError
            Where somebody else has changed one of the same items otherwise; nothing is written then.
        DataError
            Where there is no such project, it is put aside or deleted, or it has become too large.
        """
        old, wanted = to_json(base), to_json(new)
        old.pop(VIEWS, None)
        views = wanted.pop(VIEWS, {})
        items = difference(old, wanted)
        with self._changing(id) as connection:
            row = read_row(connection, id, lock=True)
            if views != row.views:
                keep_views(connection, id, views)
            after = replace(row, views=views)
            if items:
                check_comments(self._person, row.record, items)
                after = change_row(connection, after, self._entry(who, kind, items, note=note))
            return after.kept(new if row.record == old else None)

    def undo(self, id: str, *, who: str, before: str = "") -> Kept:
        """Take back the last change of somebody's own; what others did since stays.

        Parameters
        ----------
        before : str
            The name that they went by before they gave their own.

        Raises
        ------
        ClashError
            Where somebody else has changed one of its items since.
        DataError
            Where there is nothing to undo.
        """
        return self._step(id, who, before, trail.UNDO)

    def redo(self, id: str, *, who: str, before: str = "") -> Kept:
        """Make the change again that was undone last; raises as `undo` does."""
        return self._step(id, who, before, trail.REDO)

    def steps(self, id: str, *, who: str, before: str = "") -> tuple[Change | None, Change | None]:
        """The change that somebody's undo would take back, and the one that their redo would take back again."""
        with self._reading(id) as connection:
            done, undone = trail.steps(connection, id, self._names(who, before))
            turned = [trail.one(connection, id, numbers[-1]) if numbers else None for numbers in (done, undone)]
        return turned[0], turned[1]

    def _names(self, who: str, before: str) -> set[str]:
        """The names under which the trail has what is somebody's own; a login has no other than its own."""
        return {self._person.signs(who)} if self._person.identity or not before else {who, before}

    def _step(self, id: str, who: str, before: str, kind: str) -> Kept:
        with self._changing(id) as connection:
            row = read_row(connection, id, lock=True)
            done, undone = trail.steps(connection, id, self._names(who, before))
            turned = done if kind == trail.UNDO else undone
            if not turned:
                raise DataError(_("没有可以撤销的改动。") if kind == trail.UNDO else _("没有可以重做的改动。"))
            change = trail.one(connection, id, turned[-1])
            entry = replace(self._entry(who, kind, inverse(change.items)), of=change.revision)
            return change_row(connection, row, entry).kept()

    def note(self, id: str, of: int, note: str, *, who: str) -> None:
        """Say why a change was made: the note is a row of the trail's own, and the change stays as it was written.

        Raises
        ------
        DataError
            Where the note is empty, or the project never had the revision.
        """
        entry = self._entry(who, trail.NOTE, note=note)
        if not entry.note:
            raise DataError(_("缺少“{label}”。").format(label=_("备注")))
        with self._changing(id) as connection:
            row = read_row(connection, id, lock=True)
            if not 1 <= of <= row.revision:
                raise DataError(_("项目没有第 {revision} 版。").format(revision=of))
            change_row(connection, row, replace(entry, of=of))

    def keep_views(self, id: str, views: Mapping[str, Any]) -> None:
        """Keep what the pages showed last; it makes no revision."""
        with self._changing(id) as connection:
            keep_views(connection, id, views)

    def keep_figures(self, id: str, figures: Mapping[str, Any], thumbnail: bytes | None) -> None:
        """Keep the few numbers and the small picture by which a list shows a project."""
        values: dict[str, Any] = {"figures": trail.written(figures)}
        if thumbnail is not None:
            values["thumbnail"] = thumbnail
        with self._changing(id) as connection:
            connection.execute(sa.update(projects).where(projects.c.id == id).values(values))

    # The trail.

    def trail(self, id: str, *, since: int = 0, path: tuple[str, ...] = ()) -> list[Change]:
        """Changes of a project after a revision, oldest first; with ``path`` only those of what stands there."""
        with self._reading(id) as connection:
            found = trail.read(connection, id, since=since)
        return [one for one in found if not path or any(item.path[: len(path)] == path for item in one.items)]

    def at(self, id: str, revision: int) -> Project:
        """A project as it was at a revision, without what its pages showed then.

        Raises
        ------
        DataError
            Where it never had this revision.
        """
        with self._reading(id) as connection:
            found = trail.read(connection, id, until=revision)
        if not found or found[-1].revision != revision:
            raise DataError(_("项目没有第 {revision} 版。").format(revision=revision))
        record, about = trail.folded(found)
        return from_json(record, name=about["name"])

    def last_changes(self, ids: Sequence[str]) -> dict[str, Change]:
        """The last change of each of some projects, by the id of those that may be read."""
        if not ids:
            return {}
        with self._base.reading() as connection:
            there = readable(self._person)
            if there is not None:
                ids = connection.execute(sa.select(projects.c.id).where(projects.c.id.in_(ids), there)).scalars().all()
            return trail.last(connection, ids)

    def verify(self, id: str | None = None) -> list[Fault]:
        """What is not as it was written, in one project or in all; empty where all is as it should be."""
        if id is None and readable(self._person) is not None:
            there = [one.id for state in STATES for one in self.listed(state=state)]
            return [fault for one in there for fault in self.verify(one)]
        with self._base.reading(whole=True) as connection:
            if id is not None:
                check_readable(connection, self._person, id)
            return faults(connection, id)

    # What carries it elsewhere.

    def bundle(self, id: str, *, personal: bool = False) -> Bundle:
        """A project with its trail and files, as `mixplan.projects.file` writes it; see `bundle.collect`.

        Files in which personal data may be are for those who may change the project; who came by a link gets none, for
        the trail and the actuals in it name people.
        """
        if self._person.only:
            raise DataError(_("通过查看链接只能看，不能导出项目文件。"))
        if personal:
            self._person.must("planner")
        with self._reading(id, whole=True) as connection:
            return collect(connection, id, personal=personal)

    def take_in(self, bundle: Bundle, *, who: str, name: str = "") -> Kept:
        """Make a project of one that was carried here, whole or not at all; its name is one that is free."""
        self._person.must("planner")
        name = self.free_name(name or bundle.name)
        by = {"who": self._person.signs(who), "owner": self._person.identity}
        with self._base.writing() as connection:
            return put_in(connection, bundle, name=name, **by).kept()

    def unknown_actuals(self, bundle: Bundle) -> int:
        """How many of the actuals that came with a project are not kept here."""
        self._person.must("viewer")
        with self._base.reading() as connection:
            return len(unknown_actuals(connection, bundle))

    def add_actuals(self, bundle: Bundle) -> int:
        """Keep the actuals that came with a project and are not kept here, as they were entered; says how many.

        They bear the names of others: who takes them over answers for them as a reviewer.
        """
        self._person.must("reviewer")
        with self._base.writing() as connection:
            return add_actuals(connection, bundle)

    # Files and results.

    def put_content(self, id: str, content: bytes, *, name: str, media: str) -> str:
        """Keep a file or a result for a project and return its SHA-256; the same content is kept once for all.

        Raises
        ------
        DataError
            Where it is too large, or there is no such project.
        """
        contents.check_size(content, name)
        with self._changing(id) as connection:
            read_row(connection, id, lock=True)
            return contents.put(connection, id, content, about=(name, media), at=now())

    def content(self, id: str, hash: str) -> bytes:
        """A file or a result that a project refers to.

        Raises
        ------
        DataError
            Where the project refers to no such content, or it is damaged.
        """
        with self._reading(id) as connection:
            return contents.get(connection, id, hash)
