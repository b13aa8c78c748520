"""Actuals that planners enter, in the database."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects.database import connect, read
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
    values = (
        entry.indicator,
        int(entry.year),
        entry.district,
        float(entry.value),
        entry.unit,
        entry.source.strip(),
        entry.note.strip(),
        entry.who.strip(),
        _now(),
    )
    with connect(path) as connection:
        cursor = connection.execute(
            "INSERT INTO actuals (indicator, year, district, value, unit, source, note, who, entered_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        return int(cursor.lastrowid or 0)


def actuals(*, withdrawn: bool = False, path: Path | None = None) -> pd.DataFrame:
    """Entries in force, oldest first; with ``withdrawn`` also those that were taken back."""
    where = "" if withdrawn else "WHERE withdrawn_at = '' "
    rows = []
    with read(path) as connection:
        if connection is not None:
            rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM actuals {where}ORDER BY id").fetchall()
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
    with connect(path) as connection:
        done = connection.execute(
            "UPDATE actuals SET withdrawn_by = ?, withdrawn_at = ? WHERE id = ? AND withdrawn_at = ''",
            (who.strip(), _now(), int(entry)),
        ).rowcount
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
    figures = "indicator, year, district, value, unit, source, note"
    with connect(path) as connection:
        cursor = connection.execute(
            f"INSERT INTO actuals ({figures}, who, entered_at) SELECT {figures}, ?, ? FROM actuals AS old "
            "WHERE id = ? AND withdrawn_at <> '' AND NOT EXISTS ("
            "SELECT 1 FROM actuals AS now WHERE now.withdrawn_at = '' AND now.indicator = old.indicator "
            "AND now.year = old.year AND now.district = old.district AND now.value = old.value)",
            (who.strip(), _now(), int(entry)),
        )
        number = int(cursor.lastrowid or 0) if cursor.rowcount else 0
    if not number:
        raise DataError(_("没有编号为 {entry} 的已撤销填报，或同样的数字已经有效。").format(entry=entry))
    return number
