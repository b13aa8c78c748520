"""Who may see and change a project: asked before each function of the store, and what says so."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from mixplan.projects import links
from mixplan.projects.access import OWNER, Person, Role, check_readable
from mixplan.projects.changes import Item
from mixplan.projects.database import Database
from mixplan.projects.rows import change_row, entry_of, read_row
from mixplan.projects.trail import ABOUT, Entry


class Shared:
    """A database as far as somebody may see and change what is in it.

    What a person may not do raises a `DataError` with their role; a project that they may not read is one that is not
    there. With a login the trail names who is logged in, whatever ``who`` says.
    """

    def __init__(self, base: Database, person: Person = OWNER) -> None:
        self._base = base
        self._person = person

    @contextmanager
    def _reading(self, id: str, *, whole: bool = False) -> Iterator[sa.Connection]:
        """A connection to look a project up, for who may read it."""
        with self._base.reading(whole=whole) as connection:
            check_readable(connection, self._person, id)
            yield connection

    @contextmanager
    def _changing(self, id: str, role: Role = "planner") -> Iterator[sa.Connection]:
        """A connection to change a project, for who may read it and has the role."""
        self._person.must(role)
        with self._base.writing() as connection:
            check_readable(connection, self._person, id)
            yield connection

    def _entry(self, who: str, kind: str, items: Sequence[Item] = (), *, note: str = "") -> Entry:
        return entry_of(self._person.signs(who), kind, items, note=note)

    def set_private(self, id: str, private: bool, *, who: str) -> None:
        """Have a project be for its owner alone, or for the whole department.

        Raises
        ------
        DataError
            Where it is neither the owner nor an admin who asks.
        """
        with self._changing(id) as connection:
            row = read_row(connection, id, lock=True)
            if not (row.owner and row.owner == self._person.identity):
                self._person.must("admin")
            if row.private != private:
                item = Item((ABOUT, "private"), row.private, private)
                change_row(connection, row, self._entry(who, "share", [item]))

    def make_link(self, id: str, *, who: str) -> str:
        """A word by which others look at a project, see `mixplan.projects.links`; it is told this once."""
        with self._changing(id) as connection:
            row = read_row(connection, id, lock=True)
            token, item = links.make(connection, id, self._person.signs(who))
            change_row(connection, row, self._entry(who, "share", [item]))
        return token

    def end_link(self, id: str, link: str, *, who: str) -> None:
        """Have a link to a project work no longer."""
        with self._changing(id) as connection:
            row = read_row(connection, id, lock=True)
            item = links.end(connection, id, link, self._person.signs(who))
            change_row(connection, row, self._entry(who, "share", [item]))

    def view_links(self, id: str) -> list[links.Link]:
        """Links to a project that work, for who may make them."""
        self._person.must("planner")
        with self._reading(id) as connection:
            return links.of_project(connection, id)

    def linked(self, token: str) -> str:
        """Id of the project that the word in a link leads to, empty for none; whoever has the word may ask."""
        if not (token and self._base.made()):
            return ""
        with self._base.reading() as connection:
            return links.project_of(connection, token)
