"""Links by which others look at one project: a random word in an address, of which only the hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects.changes import Item
from mixplan.projects.rows import now
from mixplan.projects.schema import links as table
from mixplan.projects.schema import projects
from mixplan.projects.trail import ABOUT, LINKS

WORKS = "works"
"""What the trail says of a link that leads somewhere."""
_TOKEN_BYTES = 24  # 192 bits: nobody finds one by trying


@dataclass(frozen=True)
class Link:
    """A link to a project that works; ``id`` is the hash of its word."""

    id: str
    made_by: str
    made_at: str


def hash_of(token: str) -> str:
    """What is kept of the word in a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(connection: sa.Connection, project: str, who: str) -> tuple[str, Item]:
    """Make a link; its word, which is told this once, and what is new for the trail."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = {"id": hash_of(token), "project": project, "made_by": who, "made_at": now(), "ended_by": "", "ended_at": ""}
    connection.execute(sa.insert(table), row)
    return token, Item((ABOUT, LINKS, row["id"]), None, WORKS)


def end(connection: sa.Connection, project: str, link: str, who: str) -> Item:
    """Have a link work no longer, and what is new for the trail; who made and who ended it stays on record.

    Raises
    ------
    DataError
        Where the project has no such link that works.
    """
    mine = (table.c.project == project, table.c.id == link, table.c.ended_at == "")
    if not connection.execute(sa.update(table).where(*mine).values(ended_by=who, ended_at=now())).rowcount:
        raise DataError(_("没有这个查看链接，或已停用。"))
    return Item((ABOUT, LINKS, link), WORKS, None)


def of_project(connection: sa.Connection, project: str) -> list[Link]:
    """Links to a project that work, oldest first."""
    question = sa.select(table.c.id, table.c.made_by, table.c.made_at)
    rows = connection.execute(
        question.where(table.c.project == project, table.c.ended_at == "").order_by(table.c.made_at, table.c.id)
    )
    return [Link(*row) for row in rows]


def project_of(connection: sa.Connection, token: str) -> str:
    """Id of the project that a word leads to; empty for one that leads nowhere, no longer, or to a deleted project."""
    question = (
        sa.select(table.c.project)
        .join(projects, projects.c.id == table.c.project)
        .where(table.c.id == hash_of(token), table.c.ended_at == "", projects.c.state != "deleted")
    )
    return connection.execute(question).scalar() or ""
