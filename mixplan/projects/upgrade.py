"""Bring a database to the form that this release writes; one of a later release is left alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _

FORMS = ("0001", "0002", "0003")
"""The forms that were ever landed, as Alembic's steps number them; the last is today's."""
_LANDED = "0001"
_WAIT_S = 60  # for another program that is at the same steps
_LOCK = 2_011_2015  # any number that nobody else uses for a lock of PostgreSQL


def bring_up_to_date(connection: sa.Connection, file: Path | None) -> None:
    """Run the steps that a database still needs, all or none of them; a SQLite file is copied first.

    Two programs that open an old database at the same moment run them once.

    Raises
    ------
    DataError
        Where a later release has written it.
    """
    if _form(connection) == FORMS[-1]:
        return
    connection.rollback()
    if file is not None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_WAIT_S * 1000}")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    form = _form(connection)
    if form != FORMS[-1]:
        if file is not None and form:
            _copy(file)
        _run(connection)
    connection.commit()


def _form(connection: sa.Connection) -> str:
    """Which form a database has, empty for a new one."""
    tables = sa.inspect(connection)
    form = ""
    if tables.has_table("alembic_version"):
        form = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""
    elif tables.has_table("actuals"):
        form = _LANDED
    number = len(FORMS)
    if connection.dialect.name == "sqlite":
        number = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
    if number > len(FORMS) or (form and form not in FORMS):
        text = _("数据库由更新版本的 mixplan 写成（格式 {version}，本版本到 {known}），请更新后再用。")
        raise DataError(text.format(version=max(form, f"{number:04d}"), known=FORMS[-1]))
    return form


def _copy(file: Path) -> None:
    """The file as it is before the steps, beside it; the caller holds the write lock."""
    kept = file.with_name(f"{file.name}.before-{FORMS[-1]}")
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(kept)) as copy:
        old.backup(copy)


def _run(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "mixplan.projects:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
