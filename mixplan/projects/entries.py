"""Actuals that planners enter, in the database."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def add_actual(entry: Entry, *, path: Path | None = None) -> int:
    """Keep one annual actual and return its number; whether it is plausible is checked before (`targets.check_entry`).

    Raises
    ------
    DataError
        Where the value, the source or who enters it is missing.
    """
    texts = {_("来源"): entry.source, _("填报人"): entry.who, _("指标"): entry.indicator, _("单位"): entry.unit}
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
        "who": entry.who.strip(),
        "entered_at": _now(),
    }
    with database(path).writing() as connection:
        return int(connection.execute(sa.insert(table).values(row).returning(table.c.id)).scalar_one())


def actuals(*, withdrawn: bool = False, path: Path | None = None) -> pd.DataFrame:
    """Entries in force, oldest first; with ``withdrawn`` also those that were taken back."""
    question = sa.select(table).order_by(table.c.id)
    if not withdrawn:
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
        Where there is no such entry in force, or nobody is named.
    """
    if not who.strip():
        raise DataError(_("填报缺少“{label}”。").format(label=_("撤销人")))
    change = sa.update(table).where(table.c.id == int(entry), table.c.withdrawn_at == "")
    with database(path).writing() as connection:
        done = connection.execute(change.values(withdrawn_by=who.strip(), withdrawn_at=_now())).rowcount
    if not done:
        raise DataError(_("没有编号为 {entry} 的有效填报。").format(entry=entry))


def restore(entry: int, *, who: str, path: Path | None = None) -> int:
    """Put the figures of an entry that was taken back in force again, as a new entry; returns its number.

    Raises
    ------
    DataError
        Where there is no such entry taken back, the same figures are in force already, or nobody is named.
    """
    if not who.strip():
        raise DataError(_("填报缺少“{label}”。").format(label=_("恢复人")))
    names = ("indicator", "year", "district", "value", "unit", "source", "note")
    now = table.alias()
    same = (now.c[name] == table.c[name] for name in ("indicator", "year", "district", "value"))
    in_force = sa.exists().where(now.c.withdrawn_at == "", *same)
    taken_back = sa.select(*(table.c[name] for name in names), sa.literal(who.strip()), sa.literal(_now())).where(
        table.c.id == int(entry), table.c.withdrawn_at != "", ~in_force
    )
    again = sa.insert(table).from_select([*names, "who", "entered_at"], taken_back).returning(table.c.id)
    with database(path).writing() as connection:
        number = connection.execute(again).scalar()
    if not number:
        raise DataError(_("没有编号为 {entry} 的已撤销填报，或同样的数字已经有效。").format(entry=entry))
    return int(number)
