"""What planners enter themselves, kept in one SQLite file of the user's own: who, when, from which source.

The file lies in the user's data folder, or in the folder that ``MIXPLAN_HOME`` names. Nothing is ever erased: an
entry that was taken back stays on record with who took it back and when.
"""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _

FILE_NAME = "mixplan.sqlite3"
# How long a writer waits for another one before it gives up.
WAIT_S = 15.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS actuals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    indicator TEXT NOT NULL,
    year INTEGER NOT NULL,
    district TEXT NOT NULL DEFAULT '',
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    who TEXT NOT NULL,
    entered_at TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL DEFAULT '',
    withdrawn_at TEXT NOT NULL DEFAULT ''
)
"""
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


def home() -> Path:
    """Folder of the user's own files: ``MIXPLAN_HOME``, else the usual data folder of the system."""
    if chosen := os.environ.get("MIXPLAN_HOME"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "mixplan"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "mixplan"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "mixplan"


@contextmanager
def connect(path: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Open the user's file for one transaction: kept if the block ends well, undone if it fails.

    Raises
    ------
    DataError
        Where the file cannot be opened, is not a database, or stays locked by another writer.
    """
    file = home() / FILE_NAME if path is None else path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, timeout=WAIT_S, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise DataError(
            _("无法打开填报文件 {file}：{error}。可用环境变量 MIXPLAN_HOME 指定其他文件夹。").format(
                file=file, error=error
            )
        ) from error
    try:
        # Take the write lock at once, so that two planners never decide on the same old state.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_SCHEMA)
        yield connection
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise DataError(_("填报文件 {file} 读写失败：{error}。").format(file=file, error=error)) from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def add_actual(
    *,
    indicator: str,
    year: int,
    value: float,
    unit: str,
    source: str,
    who: str,
    district: str = "",
    note: str = "",
    path: Path | None = None,
) -> int:
    """Keep one annual actual and return its number; whether it is plausible is checked before (`targets.check_entry`).

    Parameters
    ----------
    indicator, unit : str
        As in ``data/indicators.csv``.
    district : str
        Empty for the whole city.
    source, who : str
        Where the figure comes from and who enters it; neither may be empty.
    """
    for label, text in ((_("来源"), source), (_("填报人"), who), (_("指标"), indicator), (_("单位"), unit)):
        if not text.strip():
            raise DataError(_("填报缺少“{label}”。").format(label=label))
    values = (indicator, int(year), district, float(value), unit, source.strip(), note.strip(), who.strip(), _now())
    with connect(path) as connection:
        cursor = connection.execute(
            "INSERT INTO actuals (indicator, year, district, value, unit, source, note, who, entered_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        return int(cursor.lastrowid or 0)


def actuals(*, withdrawn: bool = False, path: Path | None = None) -> pd.DataFrame:
    """Entries in force, oldest first; with ``withdrawn`` also those that were taken back."""
    file = home() / FILE_NAME if path is None else path
    if not file.exists():
        return pd.DataFrame(columns=list(COLUMNS))
    where = "" if withdrawn else "WHERE withdrawn_at = '' "
    with connect(file) as connection:
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


# --- files for others -------------------------------------------------------------------------------------------------


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: first beside its place, then renamed onto it.

    Raises
    ------
    DataError
        Where the folder cannot be made or written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".mixplan-")
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            draft.chmod(0o644)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(_("无法写入 {file}：{error}。").format(file=path, error=error)) from error


_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT,
    styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
    description TEXT, owner TEXT, ui TEXT, update_time DATETIME
)
"""
_FIXED = "2011-01-01T00:00:00.000Z"


def geopackage(
    layers: Mapping[str, gpd.GeoDataFrame], styles: Mapping[str, str], notes: Sequence[tuple[str, str]]
) -> bytes:
    """Layers as one GeoPackage whose styles QGIS applies by itself; the same layers give the same bytes.

    Parameters
    ----------
    layers : mapping
        Layer name to frame, in the order in which they are listed.
    styles : mapping
        Layer name to QGIS style (QML).
    notes : sequence of (str, str)
        Rows of a plain table ``notes``: sources, versions, hash.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.gpkg"
        for name, frame in layers.items():
            pyogrio.write_dataframe(frame, file, layer=name, driver="GPKG")
        pyogrio.write_dataframe(pd.DataFrame(notes, columns=["item", "value"]), file, layer="notes", driver="GPKG")
        connection = sqlite3.connect(file, isolation_level=None)
        try:
            connection.execute(_STYLES)
            connection.executemany(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
                " styleQML, useAsDefault, owner, update_time) VALUES ('', '', ?, 'geom', ?, ?, 1, '', ?)",
                [(name, name, style, _FIXED) for name, style in styles.items()],
            )
            connection.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
                " VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
                (_FIXED,),
            )
            connection.execute("UPDATE gpkg_contents SET last_change = ?", (_FIXED,))
            connection.execute("VACUUM")
        finally:
            connection.close()
        return file.read_bytes()
