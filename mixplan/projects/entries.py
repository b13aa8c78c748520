"""Actuals that planners enter, in the database: with a login under that name, whatever name is given.

Planners and above enter; what somebody else has entered or taken back only a reviewer takes back or restores.
"""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.plan.words import unit_text
from mixplan.projects.access import current
from mixplan.projects.database import database
from mixplan.projects.schema import actuals as table
from mixplan.targets.entries import Entry

COLUMNS = (
    "id",
    "indicator",
    "year",
    "district",
    "value",
    "unit",
    "source",
    "note",
    "who",
    "entered_at",
    "withdrawn_by",
    "withdrawn_at",
)
_OF_THE_DEPARTMENT = ("note", "who", "withdrawn_by")
_SAME = ("indicator", "year", "district")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def last_of(known: pd.DataFrame, entry: Entry) -> int:
    """Number of the last of some entries for the same figure, year and district; 0 for none."""
    same = known[[*_SAME]].eq([getattr(entry, name) for name in _SAME]).all(axis=1)
    return int(known.loc[same, "id"].max()) if same.any() else 0


def add_actual(entry: Entry, *, seen: int | None = None, path: Path | None = None) -> int:
    """Keep one annual actual and return its number; whether it is plausible is checked before (`targets.check_entry`).

    Parameters
    ----------
    seen : int, optional
        The last entry for the same figure that the planner knows of, as `last_of` says.

    Raises
    ------
    DataError
        Where the value, the source or who enters it is missing, who asks may not, or somebody has entered the same
        figure since.
    """
    person = current()
    person.must("planner")
    who = person.signs(entry.who.strip())
    texts = {_("来源"): entry.source, _("填报人"): who, _("指标"): entry.indicator, _("单位"): entry.unit}
    if missing := [label for label, text in texts.items() if not text.strip()]:
        raise DataError(_("填报缺少“{label}”。").format(label=missing[0]))
    if entry.value is None:
        raise DataError(_("填报缺少“{label}”。").format(label=_("数值")))
    row = {
        "indicator": entry.indicator,
        "year": int(entry.year),
        "district": entry.district,
        "value": float(entry.value),
        "unit": entry.unit,
        "source": entry.source.strip(),
        "note": entry.note.strip(),
        "who": who,
        "entered_at": _now(),
    }
    with database(path).writing() as connection:
        if seen is not None:
            _check_last(connection, entry, seen)
        return int(connection.execute(sa.insert(table).values(row).returning(table.c.id)).scalar_one())


def _check_last(connection: sa.Connection, entry: Entry, seen: int) -> None:
    if connection.dialect.name == "postgresql":  # in a file there is one writer at a time anyway
        connection.exec_driver_sql("LOCK TABLE actuals IN SHARE ROW EXCLUSIVE MODE")
    same = (table.c[name] == getattr(entry, name) for name in _SAME)
    question = sa.select(table).where(table.c.withdrawn_at == "", *same).order_by(table.c.id.desc())
    last = connection.execute(question).first()
    if (last.id if last else 0) == seen:
        return
    text = _("同一项的填报在这期间变了，没有保存：{now}。请核对后再存。")
    if last is None:
        raise DataError(text.format(now=_("原来的一条已撤销")))
    words = _("编号 {number}，{who} 填 {value:g} {unit}")
    now = words.format(number=last.id, who=last.who, value=last.value, unit=unit_text(last.unit))
    raise DataError(text.format(now=now))


def actuals(*, withdrawn: bool = False, path: Path | None = None) -> pd.DataFrame:
    """Entries in force, oldest first; with ``withdrawn`` also those that were taken back.

    They are the department's, not one project's: who came by a link to a project has the figures that count and their
    sources, and is told neither who entered them, nor what was noted or taken back.
    """
    person = current()
    person.must("viewer")
    question = sa.select(table).order_by(table.c.id)
    if person.only:
        shown = [sa.literal("").label(one.name) if one.name in _OF_THE_DEPARTMENT else one for one in table.c]
        question = sa.select(*shown).order_by(table.c.id)
    if person.only or not withdrawn:
        question = question.where(table.c.withdrawn_at == "")
    rows: list[tuple[object, ...]] = []
    found = database(path)
    if found.made():
        with found.reading() as connection:
            rows = [tuple(row) for row in connection.execute(question)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def withdraw(entry: int, *, who: str, path: Path | None = None) -> None:
    """Take one entry back; it stays on record with who did it and when.

    Raises
    ------
    DataError
        Where there is no such entry in force, nobody is named, or it is another's and who asks is no reviewer.
    """
    who = _by(who, _("撤销人"))
    change = sa.update(table).where(table.c.id == int(entry), table.c.withdrawn_at == "")
    with database(path).writing() as connection:
        _check_own(connection, entry, "who", who)
        done = connection.execute(change.values(withdrawn_by=who, withdrawn_at=_now())).rowcount
    if not done:
        raise DataError(_("没有编号为 {entry} 的有效填报。").format(entry=entry))


def restore(entry: int, *, who: str, path: Path | None = None) -> int:
    """Put the figures of an entry that was taken back in force again, as a new entry; returns its number.

    Raises
    ------
    DataError
        Where there is no such entry taken back, the same figures are in force already, nobody is named, or another
        has taken it back and who asks is no reviewer.
    """
    who = _by(who, _("恢复人"))
    names = ("indicator", "year", "district", "value", "unit", "source", "note")
    now = table.alias()
    same = (now.c[name] == table.c[name] for name in ("indicator", "year", "district", "value"))
    in_force = sa.exists().where(now.c.withdrawn_at == "", *same)
    taken_back = sa.select(*(table.c[name] for name in names), sa.literal(who), sa.literal(_now())).where(
        table.c.id == int(entry), table.c.withdrawn_at != "", ~in_force
    )
    again = sa.insert(table).from_select([*names, "who", "entered_at"], taken_back).returning(table.c.id)
    with database(path).writing() as connection:
        _check_own(connection, entry, "withdrawn_by", who)
        number = connection.execute(again).scalar()
    if not number:
        raise DataError(_("没有编号为 {entry} 的已撤销填报，或同样的数字已经有效。").format(entry=entry))
    return int(number)


def _by(who: str, label: str) -> str:
    """Who does it, as the table names them."""
    person = current()
    person.must("planner")
    signed = person.signs(who.strip())
    if not signed:
        raise DataError(_("填报缺少“{label}”。").format(label=label))
    return signed


def _check_own(connection: sa.Connection, entry: int, column: str, who: str) -> None:
    """Refuse what another has done to an entry, but to a reviewer."""
    other = connection.execute(sa.select(table.c[column]).where(table.c.id == int(entry))).scalar()
    if other and other != who:
        current().must("reviewer")
