"""Owners of projects and links to them enter the trail, which did not tell them in the form before."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects import trail
from mixplan.projects.changes import Item, applied
from mixplan.projects.links import WORKS
from mixplan.projects.rows import now

revision = "0003"
down_revision = "0002"

_WHO = "mixplan"


def upgrade() -> None:
    """Put one more change at the end of the trail of each project that has an owner or links which it does not tell."""
    connection = op.get_bind()
    for project in connection.execute(sa.text("SELECT id, revision, head, owner FROM projects")).all():
        working = sa.text("SELECT id FROM links WHERE project = :id AND ended_at = ''")
        links = connection.execute(working, {"id": project.id}).scalars().all()
        if project.owner or links:
            _tell(connection, project, links)
    # As the step before: a former release knows a file by this number alone.
    if connection.dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 3")


def _tell(connection: sa.Connection, project: sa.Row[Any], links: Sequence[str]) -> None:
    # With today's reading and sealing: a later step that changes the table of changes has to write this one out.
    try:
        told = trail.read(connection, project.id)
        about = applied({}, [item for change in told for item in change.items]).get(trail.ABOUT, {})
    except (DataError, TypeError, ValueError, LookupError, AttributeError):
        told, about = [], {}
    if not told or (told[-1].revision, told[-1].hash) != (project.revision, project.head):
        return  # a trail that was spoilt before is for whoever verifies it
    new = [
        Item((trail.ABOUT, trail.LINKS, link), None, WORKS)
        for link in sorted(set(links) - set(about.get(trail.LINKS, {})))
    ]
    if project.owner and "owner" not in about:
        new.insert(0, Item((trail.ABOUT, "owner"), None, project.owner))
    if not new:
        return
    note = _("升级时补记：此前的留痕不含所有者和查看链接。")
    entry = trail.Entry(now(), _WHO, "share", tuple(new), note)
    head = trail.append(connection, project.id, project.revision + 1, project.head, entry)
    connection.execute(
        sa.text(
            "UPDATE projects SET revision = :revision, head = :head, changed_at = :at, changed_by = :who WHERE id = :id"
        ),
        {"revision": project.revision + 1, "head": head, "at": entry.at, "who": entry.who, "id": project.id},
    )
