"""The trail of a project: every change that was ever made to it, one after the other, each sealed with the one before.

A change's hash is the SHA-256 (in hexadecimal) of the UTF-8 text of one JSON list, written without blanks and with
characters as they are: the hash of the change before (empty for the first), the project's id, the revision, when, who,
the kind, the revision that is undone (or null), the text of the items as it is stored, and the note. Who alters or
takes out a row breaks the chain there; who rewrites the whole chain is found out by the hash that a hand-out bears.

What a project is called, whether it is active, whose it is, whether they alone may read it and which links lead to it
stand in its trail under the empty key, as no record has one.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects.changes import Item, Record, applied
from mixplan.projects.schema import changes as table
from mixplan.projects.schema import projects

ABOUT = ""
LINKS = "links"
UNDO, REDO = "undo", "redo"
NOTE = "note"
OF_THE_PROJECT = ("create", "duplicate", "import", "rename", "archive", "restore", "delete", "undelete", "share", NOTE)
"""Kinds of change that undo passes by: what is done where projects are listed, and notes, which nobody takes back."""


_CHANGES = sa.select(*(table.c[name] for name in ("revision", "at", "who", "kind", "of", "items", "note", "hash")))


@dataclass(frozen=True)
class Change:
    """One change of a project.

    Attributes
    ----------
    revision : int
        Its number; the order of changes is the order of these, whatever the clock says.
    at : str
        When, UTC.
    who, kind, note : str
        By whom, of which kind (``change``, ``undo``, ``redo``, ``create``, ``rename`` …) and why.
    of : int or None
        The revision that is undone by an ``undo`` or a ``redo``.
    items : tuple of Item
        What it has made different.
    hash : str
        Seal over this change and the one before.
    """

    revision: int
    at: str
    who: str
    kind: str
    of: int | None
    items: tuple[Item, ...]
    note: str
    hash: str


@dataclass(frozen=True)
class Entry:
    """A change on its way into the trail."""

    at: str
    who: str
    kind: str
    items: tuple[Item, ...]
    note: str = ""
    of: int | None = None


def written(thing: Any) -> str:
    """Something as JSON, always in the same way.

    Raises
    ------
    DataError
        Where it holds a character that no file can hold.
    """
    text = json.dumps(thing, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(_("有无法保存的字符（不成对的代理字符），请改正后再存。")) from error
    return text


def seal(before: str, row: Sequence[Any]) -> str:
    """Hash of a change: of the hash before it, and of its row as the trail has it, project first."""
    return hashlib.sha256(written([before, *row]).encode("utf-8")).hexdigest()


def append(connection: sa.Connection, project: str, revision: int, head: str, entry: Entry) -> str:
    """Put a change at the end of a project's trail and return its hash; ``head`` is the hash of the one before."""
    items = written([[item.path, item.before, item.after] for item in entry.items])
    row = (project, revision, entry.at, entry.who, entry.kind, entry.of, items, entry.note)
    names = ("project", "revision", "at", "who", "kind", "of", "items", "note", "hash")
    sealed = seal(head, row)
    connection.execute(sa.insert(table), dict(zip(names, (*row, sealed), strict=True)))
    return sealed


def read(connection: sa.Connection, project: str, *, since: int = 0, until: int | None = None) -> list[Change]:
    """Changes of a project after a revision and up to another, oldest first."""
    question = _CHANGES.where(table.c.project == project, table.c.revision > since)
    if until is not None:
        question = question.where(table.c.revision <= until)
    return [_change(row) for row in connection.execute(question.order_by(table.c.revision))]


def one(connection: sa.Connection, project: str, revision: int) -> Change:
    """The change that made a revision of a project, which must be there."""
    (change,) = read(connection, project, since=revision - 1, until=revision)
    return change


def last(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Change]:
    """The last change of each of some projects, by the project's id; one that is spoilt keeps none from the list."""
    question = _CHANGES.add_columns(table.c.project).join(projects, projects.c.id == table.c.project)
    question = question.where(table.c.revision == projects.c.revision, table.c.project.in_(ids))
    found = {}
    for *row, id in connection.execute(question):
        with suppress(DataError):
            found[id] = _change(row)
    return found


def _change(row: Any) -> Change:
    revision, at, who, kind, of, items, note, sealed = row
    # SQLite keeps any kind of value.
    if type(revision) is not int or not all(isinstance(one, str) for one in (at, who, kind, note, sealed)):
        raise _spoilt()
    return Change(revision, at, who, kind, of, items_of(items), note, sealed)


def items_of(text: str) -> tuple[Item, ...]:
    """Items as the trail has written them.

    Raises
    ------
    DataError
        Where they cannot be read.
    """
    try:
        items = tuple(Item(tuple(path), before, after) for path, before, after in json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise _spoilt() from error
    if not all(item.path and all(isinstance(part, str) for part in item.path) for item in items):
        raise _spoilt()
    return items


def _spoilt() -> DataError:
    return DataError(_("留痕里有一次改动无法读出：库被改过或已损坏，请查验。"))


def folded(changes: Iterable[Change]) -> tuple[Record, Record]:
    """The record that changes lead to, one after the other from nothing, and what the project is called and is."""
    record = applied({}, [item for change in changes for item in change.items])
    return record, record.pop(ABOUT, {})


def steps(connection: sa.Connection, project: str, who: Collection[str]) -> tuple[list[int], list[int]]:
    """Revisions that somebody of these names can undo, and those that can be redone; the last comes first in turn.

    What others did in between stays: only one's own changes are undone. A new change takes away what could be redone.
    """
    question = sa.select(table.c.revision, table.c.kind).where(
        table.c.project == project, table.c.who.in_(who), table.c.kind.not_in(OF_THE_PROJECT)
    )
    done: list[int] = []
    undone: list[int] = []
    for revision, kind in connection.execute(question.order_by(table.c.revision)):
        if kind == UNDO:
            del done[-1:]
            undone.append(revision)
        elif kind == REDO:
            del undone[-1:]
            done.append(revision)
        else:
            done.append(revision)
            undone.clear()
    return done, undone


def last_to_touch(connection: sa.Connection, project: str, path: tuple[str, ...]) -> Change | None:
    """The last change of what stands at a path, or of something that holds it or is held by it."""
    question = _CHANGES.where(table.c.project == project).order_by(table.c.revision.desc())
    for change in map(_change, connection.execute(question)):
        if any(item.path[: len(path)] == path[: len(item.path)] for item in change.items):
            return change
    return None
