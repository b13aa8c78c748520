"""The file that carries a project to another computer: a GeoPackage that QGIS opens styled, with the project inside.

Beside the map layers stand tables of our own, which QGIS does not list: what the project is called and its record, the
trail with its seals, files and results under their hash, and the actuals that were entered. The same state of a project
gives the same bytes. A file that comes back is taken whole or not at all, after each of these was checked.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import geopandas as gpd

from mixplan import __version__
from mixplan.base.errors import DataError
from mixplan.base.files.jsonfiles import read_json_text
from mixplan.base.files.kept import is_hash
from mixplan.base.files.names import file_stem
from mixplan.base.files.reading import check_size
from mixplan.base.files.writing import workroom
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.base.records import checked_time
from mixplan.plan.datapackage import data_version
from mixplan.projects import bundle as bundles
from mixplan.projects import contents
from mixplan.projects.access import is_id
from mixplan.projects.bundle import ACTUAL, CHANGE, Bundle, Content
from mixplan.projects.changes import Item
from mixplan.projects.geopackage import geopackage
from mixplan.projects.project import from_json
from mixplan.projects.rows import VIEWS, checked_name, checked_text

ENDING = "mixplan"
FORM = 1
LARGEST_MB = 500

_TEXT = "TEXT NOT NULL"
_SHAPES: Mapping[str, Mapping[str, str]] = {
    "mixplan_project": {"key": "TEXT PRIMARY KEY NOT NULL", "value": _TEXT},
    "mixplan_changes": dict.fromkeys(CHANGE, _TEXT) | {"revision": "INTEGER NOT NULL", "of": "INTEGER"},
    "mixplan_contents": {"hash": _TEXT, "name": _TEXT, "media": _TEXT, "content": "BLOB"},
    "mixplan_actuals": dict.fromkeys(ACTUAL, _TEXT) | {"year": "INTEGER NOT NULL", "value": "REAL NOT NULL"},
}
_KEYS = ("form", "id", "name", "state", "revision", "head", "record", "views", "mixplan", "data")
_PYTHON = {"TEXT": str, "INTEGER": int, "REAL": float, "BLOB": bytes}
_MOST_ROWS = 200_000
_LONGEST_PATH = 20
_LONGEST_WORD = 40
_LONGEST_FILE_NAME = 500
_MOST_STEPS = 2_000_000_000  # of SQLite's machine, for one file; the largest that can be written needs a hundredth


def file_name(name: str) -> str:
    """What to call the file of a project."""
    return f"{file_stem(name)}.{ENDING}"


def _created(table: str) -> str:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in _SHAPES[table].items())
    return f"CREATE TABLE {table} ({columns})"


def project_file(
    project: Bundle,
    layers: Mapping[str, gpd.GeoDataFrame],
    styles: Mapping[str, str],
    notes: Sequence[tuple[str, str]],
) -> bytes:
    """A project as one file.

    Parameters
    ----------
    layers, styles, notes
        What QGIS shows, see `geopackage`.
    """
    about = {
        "form": str(FORM),
        "id": project.id,
        "name": project.name,
        "state": project.state,
        "revision": str(project.revision),
        "head": project.head,
        "record": project.record,
        "views": project.views,
        "mixplan": __version__,
        "data": data_version(),
    }
    rows: dict[str, Sequence[Sequence[Any]]] = {
        "mixplan_project": list(about.items()),
        "mixplan_changes": project.changes,
        "mixplan_contents": [(one.hash, one.name, one.media, one.content) for one in project.contents],
        "mixplan_actuals": project.actuals,
    }

    def put(connection: sqlite3.Connection) -> None:
        for table, shape in _SHAPES.items():
            connection.execute(_created(table))
            places = ", ".join("?" * len(shape))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows[table])

    content = geopackage(layers, styles, notes, also=put)
    check_size(len(content), file_name(project.name), LARGEST_MB * 2**20)
    return content


def read_project_file(content: bytes, name: str) -> Bundle:
    """The project that a file holds, every part of it checked; nothing in the file is ever run.

    Parameters
    ----------
    name : str
        Name of the file, for messages.

    Raises
    ------
    DataError
        Where it is none of ours, a later release's, too large, incomplete or altered.
    """
    check_size(len(content), name, LARGEST_MB * 2**20)
    try:
        with workroom() as folder:
            file = folder / "project"
            file.write_bytes(content)
            with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
                found = _read(connection)
        return _checked(found)
    except DataError as fault:
        raise DataError(_("{file} 不能导入：{reason}").format(file=name, reason=fault)) from fault
    except (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as fault:
        raise DataError(_("{file} 不是完整的项目文件：无法读出，或已损坏。").format(file=name)) from fault


def _read(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of the tables of our own, each value of the kind that its column has."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, contents.LARGEST_MB * 1_100_000)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        connection.execute(f"PRAGMA {pragma}")
    turns = iter(range(_MOST_STEPS // 1_000_000))
    connection.set_progress_handler(lambda: next(turns, None) is None, 1_000_000)
    found = {}
    for table, shape in _SHAPES.items():
        _check_shape(connection, table)
        names = ", ".join(f'"{name}"' for name in shape)
        rows = connection.execute(f"SELECT {names} FROM {table} ORDER BY rowid").fetchmany(_MOST_ROWS + 1)
        if len(rows) > _MOST_ROWS:
            raise DataError(_("表 {table} 超过 {most:,} 行。").format(table=table, most=_MOST_ROWS))
        for row in rows:
            for value, (column, kind) in zip(row, shape.items(), strict=True):
                if not _is(value, kind):
                    raise DataError(_("表 {table} 的 {column} 列有不应有的值。").format(table=table, column=column))
        found[table] = rows
    return found


def _check_shape(connection: sqlite3.Connection, table: str) -> None:
    """Refuse a table that is not made as we make it: one that computes what it shows, or is none."""
    asked = "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL"
    made = connection.execute(asked, (table,)).fetchall()
    if not made:
        raise DataError(_("里面没有 mixplan 的项目（缺少表 {table}）。").format(table=table))
    if made != [("table", _created(table))]:
        raise DataError(_("表 {table} 的结构不是 mixplan 写的。").format(table=table))


def _is(value: Any, kind: str) -> bool:
    wanted, *rest = kind.split(" ", 1)
    if isinstance(value, str) and "\0" in value:  # which PostgreSQL refuses, and nothing of ours holds
        return False
    return type(value) is _PYTHON[wanted] or (value is None and "NOT NULL" not in "".join(rest))


def _checked(tables: Mapping[str, list[tuple[Any, ...]]]) -> Bundle:
    """What was read as a bundle: form, texts, contents, seals and record."""
    about = dict(tables["mixplan_project"])
    form = about.get("form", "")
    if form.isascii() and form.isdecimal() and len(form) < 9 and int(form) > FORM:
        text = _("由更新版本的 mixplan 写成（文件格式 {form}，本版本到 {known}），请更新后再打开。")
        raise DataError(text.format(form=form, known=FORM))
    if form != str(FORM) or set(about) != set(_KEYS):
        raise DataError(_("表 {table} 的内容不是 mixplan 写的。").format(table="mixplan_project"))
    project = Bundle(
        id=about["id"],
        name=checked_name(about["name"]),
        state=about["state"],
        revision=int(about["revision"]),
        head=about["head"],
        record=about["record"],
        views=about["views"],
        changes=tuple(tables["mixplan_changes"]),
        contents=tuple(Content(*row) for row in tables["mixplan_contents"]),
        actuals=tuple(tables["mixplan_actuals"]),
    )
    if not is_id(project.id) or project.state not in ("active", "archived"):
        raise DataError(_("项目的编号或状态不是 mixplan 写的。"))
    _check_record(project)
    bundles.check_trail(project, [_items(step) for step in project.changes])
    _check_contents(project)
    _check_actuals(project)
    return project


def _check_record(project: Bundle) -> None:
    label = _("项目记录")
    record = _json(project.record, label)
    from_json({**record, VIEWS: _json(project.views, label)}, name=project.name)


def _json(text: str, label: str) -> dict[str, Any]:
    value = read_json_text(text.encode(), label)
    if not isinstance(value, dict):
        raise DataError(_("{label} 应为一个对象。").format(label=label))
    return value


def _items(step: tuple[Any, ...]) -> tuple[Item, ...]:
    """Items of a change of the trail, whose texts are such as we write."""
    row = dict(zip(CHANGE, step, strict=True))
    checked_text(row["who"], _("姓名"))
    if not (row["kind"].isidentifier() and len(row["kind"]) <= _LONGEST_WORD):
        raise DataError(_("留痕第 {revision} 版的种类不是 mixplan 写的。").format(revision=row["revision"]))
    checked_time(row["at"])
    label = _("留痕第 {revision} 版").format(revision=row["revision"])
    raw = read_json_text(row["items"].encode(), label)
    items = []
    for path, before, after in raw:
        if not 0 < len(path) <= _LONGEST_PATH or not isinstance(path, list) or {type(one) for one in path} != {str}:
            raise DataError(_("{label} 应为改动的列表。").format(label=label))
        items.append(Item(tuple(path), before, after))
    return tuple(items)


def _check_contents(project: Bundle) -> None:
    for one in project.contents:
        if not is_hash(one.hash) or max(len(one.media), len(one.name)) > _LONGEST_FILE_NAME:
            raise DataError(_("文件“{name}”的登记不是 mixplan 写的。").format(name=one.name))
        if one.content is None:
            continue
        contents.check_size(one.content, one.name)
        if hashlib.sha256(one.content).hexdigest() != one.hash:
            raise DataError(_("文件“{name}”（{hash}）与它的校验值不符。").format(name=one.name, hash=one.hash[:12]))
    if lacking := bundles.missing(project):
        raise DataError(_("缺少项目用到的文件：{files}。").format(files=listed(lacking)))


def _check_actuals(project: Bundle) -> None:
    for row in project.actuals:
        entry = dict(zip(ACTUAL, row, strict=True))
        for name in ("indicator", "unit", "source", "who"):
            if not entry[name].strip():
                raise DataError(_("填报缺少“{label}”。").format(label=name))
        for name in ("entered_at", "withdrawn_at"):
            if entry[name]:
                checked_time(entry[name])
        json.dumps(entry["value"], allow_nan=False)
