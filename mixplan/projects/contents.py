"""Files and results that projects refer to: each kept once under its SHA-256, read only by a project that does."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects.schema import contents, project_contents

LARGEST_MB = 200


def as_kept(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """A column of bytes as it is, whatever a damaged database has in it."""
    return sa.type_coerce(column, sa.types.NullType())


def check_size(content: bytes, name: str) -> None:
    """Refuse what is too large to be kept.

    Raises
    ------
    DataError
        Where the content has more than ``LARGEST_MB``.
    """
    size_mb = len(content) / 1e6
    if size_mb > LARGEST_MB:
        text = _("“{name}”有 {size:.0f} MB，项目里的一个文件最多 {most} MB。")
        raise DataError(text.format(name=name, size=size_mb, most=LARGEST_MB))


def put(connection: sa.Connection, project: str, content: bytes, *, about: tuple[str, str], at: str) -> str:
    """Keep a content for a project under a name and media type, and return its hash."""
    key = hashlib.sha256(content).hexdigest()
    name, media = about
    _add(connection, contents, {"hash": key, "content": content, "put_at": at})
    _add(connection, project_contents, {"project": project, "hash": key, "name": name, "media": media})
    return key


def get(connection: sa.Connection, project: str, key: str) -> bytes:
    """A content that a project refers to.

    Raises
    ------
    DataError
        Where the project refers to no such content, or what is kept is no longer what its hash says.
    """
    question = (
        sa.select(as_kept(contents.c.content))
        .join(project_contents, project_contents.c.hash == contents.c.hash)
        .where(project_contents.c.project == project, contents.c.hash == key)
    )
    found: Any = connection.execute(question).scalar()
    if found is None:
        raise DataError(_("项目里没有内容 {hash}。").format(hash=key[:12]))
    if not is_whole(found, key):
        raise DataError(_("内容 {hash} 与它的校验值不符，已损坏或被改动。").format(hash=key[:12]))
    return bytes(found)


def is_whole(content: Any, key: str) -> bool:
    """Whether what stands in the column of contents is what its hash says: SQLite keeps any kind of value there."""
    return isinstance(content, bytes) and hashlib.sha256(content).hexdigest() == key


def record_of(content: bytes) -> Any:
    """The record that a kept result holds.

    Raises
    ------
    DataError
        Where it holds none, as in a file that others have made.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DataError(_("项目里的一个结果无法读出：不是 mixplan 写的，或已损坏。")) from error


def hand_on(connection: sa.Connection, project: str, to: str) -> None:
    """Let another project refer to all that a project refers to."""
    names = ("hash", "name", "media")
    rows = sa.select(sa.literal(to), *(project_contents.c[name] for name in names))
    rows = rows.where(project_contents.c.project == project)
    connection.execute(sa.insert(project_contents).from_select(["project", *names], rows))


def forget(connection: sa.Connection, project: str) -> None:
    """Take away what a project refers to, but for what others refer to as well."""
    mine = project_contents.c.project == project
    keys = connection.execute(sa.select(project_contents.c.hash).where(mine)).scalars().all()
    connection.execute(sa.delete(project_contents).where(mine))
    still = sa.select(project_contents.c.hash)
    connection.execute(sa.delete(contents).where(contents.c.hash.in_(keys), contents.c.hash.not_in(still)))


def _add(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(table).values(row).on_conflict_do_nothing())
