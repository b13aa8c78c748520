"""Typed tables from the data files: layers, the plant register, and registers that planners bring themselves.

Every geometry that leaves this module is in the metric CRS (`geo.METRIC_CRS`).
"""

import csv
import hashlib
import io
import json
import math
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata, resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import openpyxl
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import ASSETS, DATA_DIR
from mixplan.city.datums import GEOGRAPHIC_CRS, METRIC_CRS, REGION, Datum, points_metric, to_wgs84
from mixplan.plan.rules import load_rules
from mixplan.siting import solver

KINDS = ("cement", "concrete", "mortar", "precast")
# `proposed` is for planners' own sites; the shipped register has none.
STATUSES = ("inventory_2010", "later", "unlicensed", "outside", "closed", "proposed")
PRECISIONS = (
    "plant_point",
    "street_address",
    "village",
    "township_centre",
    "district_only",
    "unlocated",
    "modelled",
)
UNIT_OF_KIND = {"cement": "wan_t", "mortar": "wan_t", "concrete": "wan_m3", "precast": "wan_m3"}
MAX_REGISTER_BYTES = 20 * 2**20
MAX_REGISTER_ROWS = 10_000  # Beijing has a few hundred plants; more is a wrong file


@dataclass(frozen=True)
class Layers:
    """All map layers, in the metric CRS, read-only."""

    rings: gpd.GeoDataFrame
    ban_zones: gpd.GeoDataFrame
    sensitive_areas: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    towns: gpd.GeoDataFrame
    interchanges: gpd.GeoDataFrame


def read_layer(path: Path) -> gpd.GeoDataFrame:
    """One GeoJSON layer in the metric CRS.

    Raises
    ------
    DataError
        Where the file is missing, is no GeoJSON or has a feature without geometry or id.
    """
    try:
        frame = gpd.read_file(path)
    except Exception as error:
        raise DataError(_("读不出图层文件 {file}：{error}").format(file=path.name, error=error)) from None
    if "id" not in frame.columns or frame["id"].isna().any() or frame["id"].duplicated().any():
        raise DataError(_("图层文件 {file} 的每个要素都要有不重复的 id。").format(file=path.name))
    if frame.geometry.isna().any():
        ids = "、".join(frame.loc[frame.geometry.isna(), "id"].astype(str))
        raise DataError(_("图层文件 {file} 中这些要素没有几何：{ids}。").format(file=path.name, ids=ids))
    return frame.to_crs(METRIC_CRS)


@cache
def load_layers(directory: Path = DATA_DIR / "geo") -> Layers:
    """All map layers."""
    return Layers(
        **{
            field: read_layer(directory / f"{name}.geojson")
            for field, name in {
                "rings": "ring_roads",
                "ban_zones": "ban_zones",
                "sensitive_areas": "sensitive_areas",
                "districts": "districts",
                "water": "water",
                "towns": "towns",
                "interchanges": "interchanges",
            }.items()
        }
    )


@cache
def load_descriptor(path: Path = DATA_DIR / "datapackage.json") -> dict[str, Any]:
    """The data package descriptor: every data file with source, licence, fields and checksum."""
    descriptor: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return descriptor


@cache
def load_unmapped_areas(path: Path = DATA_DIR / "sensitive_areas_unmapped.csv") -> pd.DataFrame:
    """Sensitive areas that are known by name but have no usable extent: listed, never drawn."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def data_version() -> str:
    """Short hash of the shipped data: the same data give the same version."""
    return hashlib.sha256((DATA_DIR / "datapackage.json").read_bytes()).hexdigest()[:12]


# --- the plant register ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell of a register; `row` counts as the spreadsheet does, the header is row 1.

    The text is put into words when it is read, in the language then in force.
    """

    row: int
    column: str
    value: str
    text: str
    details: tuple[tuple[str, Any], ...] = ()

    @property
    def message(self) -> str:
        """What is wrong and what is allowed, in words."""
        return _(self.text).format(**{key: _words(value) for key, value in self.details})


class _CellError(ValueError):
    """Raised while one cell is read; becomes a `RowError` once its row and column are known."""

    def __init__(self, text: str, **details: Any) -> None:
        super().__init__(text)
        self.text, self.details = text, tuple(details.items())


def _words(value: Any) -> Any:
    return _("、").join(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Sheets:
    """Which sheet of a workbook was read, and which others with something in them were not; nothing for a CSV.

    Attributes
    ----------
    read : str
        Name of the sheet that was read.
    left : tuple of str
        Names of the others.
    hidden : tuple of str
        Those of all these that are hidden in the workbook.
    """

    read: str = ""
    left: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def notes(self, name: str) -> list[str]:
        """What a reader of the file of this name should know, in sentences."""
        if not self.left:
            return []
        text = _("{file}：只读了工作表“{read}”，未读：{left}。")
        left = _("、").join(self._title(sheet) for sheet in self.left)
        return [text.format(file=name, read=self._title(self.read), left=left)]

    def _title(self, sheet: str) -> str:
        return _("{sheet}（隐藏）").format(sheet=sheet) if sheet in self.hidden else sheet


@dataclass(frozen=True)
class Register:
    """Plants that could be read, and the rows that could not, with reasons.

    Attributes
    ----------
    plants : GeoDataFrame
        One row a plant, index ``id``, geometry in the metric CRS (missing where the plant is not located).
    errors : tuple of RowError
        Everything that keeps a row out; a row with an error is left out whole.
    name : str
        Name of the file.
    version : str
        Short hash of the content and of how it was read.
    rows : int
        Rows in the file, good and bad.
    ignored : tuple of str
        Headers that belong to no known column.
    sheets : Sheets
        Which sheet of a workbook was read, and which were not.
    without_columns : tuple of str
        Headers of coordinates that the file lacks.
    """

    plants: gpd.GeoDataFrame
    errors: tuple[RowError, ...]
    name: str
    version: str
    rows: int
    ignored: tuple[str, ...] = ()
    sheets: Sheets = Sheets()
    without_columns: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """What else a reader of the file should know, in sentences."""
        notes = self.sheets.notes(self.name)
        if self.without_columns:
            text = _("{file}：没有认出坐标列 {missing}；未识别的列：{columns}。")
            missing, columns = (_("、").join(names) or "—" for names in (self.without_columns, self.ignored))
            notes.append(text.format(file=self.name, missing=missing, columns=columns))
        return notes


# Chinese spellings that a register may use for the codes.
_KIND_WORDS = {
    "水泥": "cement", "水泥厂": "cement", "混凝土": "concrete", "预拌混凝土": "concrete", "搅拌站": "concrete",
    "预拌混凝土搅拌站": "concrete", "砂浆": "mortar", "预拌砂浆": "mortar", "干混砂浆": "mortar",
    "普通干混砂浆": "mortar", "预拌砂浆厂": "mortar", "砂浆厂": "mortar", "构件": "precast", "预制构件": "precast",
    "预制构件厂": "precast",
}  # fmt: skip
_STATUS_WORDS = {
    "2010年底在册": "inventory_2010", "在册": "inventory_2010", "在产": "inventory_2010", "后期": "later",
    "后期见于来源": "later", "在北京市外": "outside",
    "无资质": "unlicensed", "市外": "outside", "关闭": "closed", "已关闭": "closed", "拟建": "proposed",
}  # fmt: skip
_PRECISION_WORDS = {
    "厂址": "plant_point", "厂址坐标": "plant_point", "门牌地址": "street_address",
    "门牌": "street_address", "村": "village", "乡镇中心": "township_centre",
    "仅知区县": "district_only", "未定位": "unlocated", "模型推算": "modelled",
}  # fmt: skip
_UNIT_WORDS = {
    "万t": "wan_t", "万吨": "wan_t", "万t/年": "wan_t", "万吨/年": "wan_t", "万m³": "wan_m3", "万m3": "wan_m3",
    "万立方米": "wan_m3", "万方": "wan_m3", "万m³/年": "wan_m3", "万立方米/年": "wan_m3",
    # A CSV saved in GBK, which has no ³.
    "万m?": "wan_m3", "万m?/年": "wan_m3",
}  # fmt: skip
_YES_NO_WORDS = {"是": "yes", "有": "yes", "y": "yes", "true": "yes", "1": "yes", "否": "no", "无": "no",
                 "n": "no", "false": "no", "0": "no"}  # fmt: skip
_EVIDENCE_WORDS = {"有来源": "sourced", "公开来源": "sourced", "模型": "modelled", "模型推算": "modelled"}


def _plain_header(text: str) -> str:
    """A header or word without case, full-width forms, spaces and anything in brackets."""
    return re.sub(r"\(.*?\)|\s", "", unicodedata.normalize("NFKC", text)).lower()


# Units as headers write them in brackets: one name for the spellings of each.
_UNIT_NAMES = {
    "t": ("t", "吨", "ton", "tons", "tonne", "tonnes"), "kt": ("kt",), "kg": ("kg", "公斤", "千克"),
    "m³": ("m3", "m^3", "m?", "立方米", "立方", "立米", "cbm"), "m²": ("m2", "m^2", "平方米"),
    "m": ("m", "米", "metre", "metres", "meter", "meters"), "km": ("km", "公里"), "cm": ("cm", "厘米"),
    "mm": ("mm", "毫米"), "L": ("l", "升", "litre", "litres", "liter", "liters"), "mL": ("ml", "毫升"),
    "%": ("%", "percent", "pct", "百分比"), "‰": ("‰", "千分比"), "度": ("°", "deg", "degree", "degrees"),
    "度分秒": ("度分秒", "度分", "dms", "′", "'"), "kW": ("kw", "千瓦"), "元": ("元", "yuan"),
}  # fmt: skip
# What an amount may be counted by; these are units only alone, after a stroke or before 产.
_PER_NAMES = {
    "年": ("年", "a", "yr", "year", "annum"), "月": ("月", "month"), "日": ("日", "天", "d", "day"),
    "h": ("小时", "台时", "时", "h", "hr", "hour"), "min": ("分钟", "min"), "s": ("秒", "s"),
    "班": ("班", "shift"), "盘": ("盘", "罐", "batch"), "台": ("台", "套"), "条": ("条", "线", "line"),
}  # fmt: skip


def _names_by_spelling(names: dict[str, tuple[str, ...]]) -> tuple[dict[str, str], str]:
    """The name of each spelling, and a pattern that finds the longest spelling, letters only as whole words."""
    spellings = {spelling: name for name, several in names.items() for spelling in several}
    patterns = [
        re.escape(spelling) + (r"(?![a-z0-9^?])" if spelling.isascii() and spelling.isalpha() else "")
        for spelling in sorted(spellings, key=len, reverse=True)
    ]
    return spellings, "|".join(patterns)


_UNIT_OF, _UNIT_PATTERN = _names_by_spelling(_UNIT_NAMES)
_PER_OF, _PER_PATTERN = _names_by_spelling(_PER_NAMES)
_SCALE_PATTERN = r"(?:wan_?|[\d.]*[十百千万亿]*)"
_HEADER_UNIT = re.compile(
    rf"(?<![a-z])(?P<scale>{_SCALE_PATTERN})(?P<unit>{_UNIT_PATTERN}|(?:^|(?<=[十百千万亿]))方(?=$|[/·*每]))"
    rf"|(?:(?<=[/·*每])[\d.]*|^(?=(?:{_PER_PATTERN})$)|(?<!\d)(?=(?:{_PER_PATTERN})生?产))(?P<per>{_PER_PATTERN})"
    r"|^(?P<bare>[十百千亿]+)$"
)


def _header_units(header: str) -> tuple[list[str], list[str]]:
    """Units in the brackets of a header, and what they are counted by: 产能（万吨/年） gives 万t and 年."""
    units, pers = [], []
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", header)).lower()
    plain = re.sub(r"per(?!cent)", "/", plain)
    for bracket in re.findall(r"\((.*?)\)", plain):
        text = re.sub(r"(?<!\d)[x×]?10(?:,?000|k|\^?4)(?!\d)", "万", bracket)
        for part in re.split(r"[,、;:]|单位", text):
            for found in _HEADER_UNIT.finditer(part):
                if found["per"]:
                    pers.append(_PER_OF[found["per"]])
                else:
                    scale = "万" if (found["scale"] or "").startswith("wan") else found["scale"] or ""
                    units.append(found["bare"] or scale + _UNIT_OF.get(found["unit"], "m³"))
    return units, pers


def _text(value: str) -> str:
    return value


def _code(allowed: Iterable[str], words: dict[str, str]) -> Callable[[str], str]:
    allowed = tuple(allowed)
    words = {_plain_header(word): code for word, code in words.items()}

    def parse(value: str) -> str:
        plain = _plain_header(value)
        code = words.get(plain, value.strip().lower())
        if code not in allowed:
            # The codes first, then the Chinese words for them.
            raise _CellError(N_("应为 {allowed} 之一（或 {words}）"), allowed=allowed, words=tuple(words))
        return code

    return parse


def _amount(low: float, high: float) -> Callable[[str], float]:
    def parse(value: str) -> float:
        try:
            # Separators between groups of three only: "1,5" may mean 1.5 and is asked back.
            amount = float(re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", value))
        except ValueError:
            amount = math.nan
        if not math.isfinite(amount):
            raise _CellError(N_("应为数字"))
        if not low <= amount <= high:
            raise _CellError(N_("应在 {low:g} 与 {high:g} 之间"), low=low, high=high)
        return amount

    return parse


def _year(value: str) -> float:
    year = _amount(1900, 2100)(value)
    if year != int(year):
        raise _CellError(N_("应为整数年份"))
    return year


@dataclass(frozen=True)
class Column:
    """One column of the register: its code, its Chinese header, how a cell is read, and what an empty cell means.

    ``units`` are those that a header may state in brackets, ``per`` what they may be counted by; a column without
    units takes any header.
    """

    code: str
    header: str
    parse: Callable[[str], Any]
    required: bool = False
    default: Any = None
    synonyms: tuple[str, ...] = ()
    numeric: bool = False
    units: tuple[str, ...] = ()
    per: tuple[str, ...] = ()


_COORDINATE = _amount(-1e8, 1e8)  # degrees or metres; checked against the region once the datum is applied
# Coordinates of a metric grid stand in metres.
_DEGREES, _AMOUNTS, _YEARLY = ("度", "m"), ("万t", "万m³"), ("年",)

COLUMNS = (
    Column("id", "编号", _text, required=True),
    Column("name", "名称", _text, required=True, synonyms=("站点名称", "厂站名称")),
    Column("kind", "类别", _code(KINDS, _KIND_WORDS), required=True, synonyms=("类型",)),
    Column("status", "状态", _code(STATUSES, _STATUS_WORDS), default="inventory_2010"),
    Column("company", "企业", _text, default="", synonyms=("企业名称", "公司")),
    Column("address", "地址", _text, default=""),
    Column("district", "区县", _text, default="", synonyms=("区", "所在区", "所在区县")),
    Column("lon", "经度", _COORDINATE, synonyms=("东坐标", "longitude"), numeric=True, units=_DEGREES),
    Column("lat", "纬度", _COORDINATE, synonyms=("北坐标", "latitude"), numeric=True, units=_DEGREES),
    Column("location_precision", "定位精度", _code(PRECISIONS, _PRECISION_WORDS), default="plant_point"),
    Column("location_error_m", "定位误差(m)", _amount(0, 100_000), numeric=True, units=("m",)),
    Column(
        "capacity",
        "产能",
        _amount(0, 100_000),
        synonyms=("年产能", "设计能力"),
        numeric=True,
        units=_AMOUNTS,
        per=_YEARLY,
    ),
    Column("capacity_unit", "产能单位", _code(("wan_t", "wan_m3"), _UNIT_WORDS)),
    Column(
        "mixer_m3",
        "搅拌机单机(m³)",
        _amount(0, 100),
        synonyms=("单机能力",),
        numeric=True,
        units=("m³",),
        per=("盘", "台"),
    ),
    Column(
        "bulk_dispatch_pct",
        "散装发放(%)",
        _amount(0, 100),
        synonyms=("散装发放能力", "散装发放率"),
        numeric=True,
        units=("%",),
    ),
    Column("shift_capacity_t", "单班产能(t)", _amount(0, 100_000), numeric=True, units=("t",), per=("班",)),
    Column("licensed", "资质", _code(("yes", "no"), _YES_NO_WORDS), default=""),
    Column("year_seen", "所据年份", _year, synonyms=("年份",), numeric=True),
    Column("evidence", "依据类型", _code(("sourced", "modelled"), _EVIDENCE_WORDS), default="sourced"),
    Column("source", "来源", _text, default=""),
    Column("note", "备注", _text, default=""),
)


def _header_codes(columns: tuple[Column, ...]) -> dict[str, str]:
    return {
        _plain_header(spelling): column.code
        for column in columns
        for spelling in (column.code, column.header, *column.synonyms)
    }


def _cells_from_xlsx(content: bytes, name: str) -> tuple[list[list[str]], Sheets]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > 20 * MAX_REGISTER_BYTES:
            raise ValueError(f"{unpacked} bytes unpacked")
        values, formulas = (_sheet_rows(content, data_only=data_only) for data_only in (True, False))
        # A formula that was saved without its result stays visible as text, so that its cell is refused, not empty.
        cells = [
            [_cell_text(formula if value is None else value) for value, formula in zip(*pair, strict=True)]
            for pair in zip(values, formulas, strict=True)
        ]
        sheets = _sheets(content)
    except Exception as error:
        raise DataError(_("{file} 不是可以读取的 XLSX 工作簿：{error}").format(file=name, error=error)) from None
    return cells, sheets


def _sheet_rows(content: bytes, *, data_only: bool) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    rows = list(_rows_of(_sheet_to_read(book)))
    book.close()
    return rows


def _sheet_to_read(book: Any) -> Any:
    """The first sheet that is not hidden: what is hidden is mostly a list of words for the others."""
    return next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), book.worksheets[0])


def _rows_of(sheet: Any) -> Iterable[tuple[Any, ...]]:
    sheet.reset_dimensions()  # some programs write a wrong size
    rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(values_only=True, max_row=MAX_REGISTER_ROWS + 2)
    return rows


def _sheets(content: bytes) -> Sheets:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    read = _sheet_to_read(book)
    # Excel adds empty sheets to every new workbook; of those there is nothing to say.
    left = [s for s in book.worksheets if s is not read and any(c is not None for row in _rows_of(s) for c in row)]
    hidden = tuple(sheet.title for sheet in (read, *left) if sheet.sheet_state != "visible")
    book.close()
    return Sheets(read.title, tuple(sheet.title for sheet in left), hidden)


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _cells_from_csv(content: bytes, name: str) -> list[list[str]]:
    # GB 18030 is what Excel on a Chinese Windows writes for CSV.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DataError(_("{file} 的文字编码无法识别，请另存为 UTF-8 或 GB 18030 的 CSV。").format(file=name))
    if "\0" in text:
        raise DataError(_("{file} 不是文本文件，请另存为 CSV 或 XLSX。").format(file=name))
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        raise DataError(_("{file} 不是可以读取的 CSV：{error}").format(file=name, error=error)) from None


def _too_large(name: str, size: int) -> str:
    return _("{file} 有 {size:.0f} MB，上限是 {limit:.0f} MB。").format(
        file=name, size=size / 2**20, limit=MAX_REGISTER_BYTES / 2**20
    )


def _table(content: bytes, name: str) -> tuple[list[str], list[tuple[int, list[str]]], Sheets]:
    """Header and numbered, non-empty rows of a CSV or XLSX table, and which sheet they are from."""
    if len(content) > MAX_REGISTER_BYTES:
        raise DataError(_too_large(name, len(content)))
    if content[:2] == b"PK":
        cells, sheets = _cells_from_xlsx(content, name)
    else:
        cells, sheets = _cells_from_csv(content, name), Sheets()
    if not cells or not any(cells[0]):
        empty = _("{file} 是空的：第 1 行应为列名，例如 {columns}。").format(file=name, columns="id,name,kind,lon,lat")
        raise DataError("\n".join((empty, *sheets.notes(name))))
    rows = [(number, row) for number, row in enumerate(cells[1:], start=2) if any(row)]
    if len(rows) > MAX_REGISTER_ROWS:
        raise DataError(_("{file} 超过 {limit:,} 行，请分开导入。").format(file=name, limit=MAX_REGISTER_ROWS))
    return cells[0], rows, sheets


def _columns_of(
    header: list[str], name: str, columns: tuple[Column, ...] = COLUMNS
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Position of each known column, and the headers that belong to none."""
    codes = _header_codes(columns)
    positions: dict[str, int] = {}
    ignored = []
    for position, cell in enumerate(header):
        code = codes.get(_plain_header(cell))
        if code is None:
            if cell:
                ignored.append(cell)
            continue
        if code in positions:
            raise DataError(
                _("{file} 第 1 行有两列都是“{column}”：第 {first} 列与第 {second} 列。").format(
                    file=name, column=code, first=positions[code] + 1, second=position + 1
                )
            )
        _check_header_unit(cell, name, next(column for column in columns if column.code == code))
        positions[code] = position
    missing = [f"{c.code}（{c.header}）" for c in columns if c.required and c.code not in positions]
    if missing:
        raise DataError(
            _("{file} 缺少必需的列：{missing}；第 1 行读到的是：{found}。").format(
                file=name, missing="、".join(missing), found="、".join(cell for cell in header if cell) or "—"
            )
        )
    return positions, tuple(ignored)


def _check_header_unit(header: str, name: str, column: Column) -> None:
    """Refuse a header whose brackets hold a unit that is not the column's own: its cells would be misread."""
    if not column.units:
        return
    units, pers = _header_units(header)
    if set(units) <= set(column.units) and set(pers) <= set(column.per):
        return
    allowed = [*column.units, *(f"{unit}/{per}" for unit in column.units for per in column.per)]
    raise DataError(
        _(
            "{file} 第 1 行，{column} 列，列名“{header}”中的单位是 {unit}；可用的单位：{allowed}。请换算后再导入。"
        ).format(
            file=name,
            column=column.code,
            header=header,
            unit="/".join(dict.fromkeys(units + pers)),
            allowed="、".join(allowed),
        )
    )


def _check_capacity_header(record: dict[str, Any], number: int, stated: list[str]) -> list[RowError]:
    """An error where the capacity's header states one unit, and the row's own unit or kind asks for another."""
    unit = record.get("capacity_unit") or UNIT_OF_KIND.get(record.get("kind") or "")
    if record.get("capacity") is None or unit is None or not stated or unit in (_UNIT_WORDS[word] for word in stated):
        return []
    own = next(word for word, code in _UNIT_WORDS.items() if code == unit)
    details = (("stated", tuple(stated)), ("unit", own))
    return [
        RowError(
            number,
            "capacity",
            f"{record['capacity']:g}",
            N_("列名的单位是 {stated}，这一行按产能单位或类别应为 {unit}"),
            details,
        )
    ]


def _read_row(
    row: list[str], positions: dict[str, int], number: int, columns: tuple[Column, ...] = COLUMNS
) -> tuple[dict[str, Any], list[RowError]]:
    record: dict[str, Any] = {}
    errors = []
    for column in columns:
        position = positions.get(column.code)
        cell = row[position] if position is not None and position < len(row) else ""
        if not cell:
            record[column.code] = column.default
            if column.required:
                errors.append(RowError(number, column.code, "", N_("不能为空")))
            continue
        try:
            record[column.code] = column.parse(cell)
        except _CellError as error:
            errors.append(RowError(number, column.code, cell, error.text, error.details))
    return record, errors


def _check_units(record: dict[str, Any], number: int) -> list[RowError]:
    kind = record.get("kind")
    if kind is None:
        return []
    expected = UNIT_OF_KIND[kind]
    if record.get("capacity_unit") is None:
        record["capacity_unit"] = expected
    if record["capacity_unit"] != expected:
        details = (("kind", kind), ("unit", expected))
        return [RowError(number, "capacity_unit", record["capacity_unit"], N_("{kind} 的产能单位应为 {unit}"), details)]
    return []


def _place(records: pd.DataFrame, datum: Datum | str) -> tuple[pd.DataFrame, list[RowError]]:
    """WGS-84 coordinates for the records, and an error for each row that has only half or impossible ones."""
    x, y = records["lon"].to_numpy(float), records["lat"].to_numpy(float)
    lon, lat = to_wgs84(x, y, datum)
    west, south, east, north = REGION
    with np.errstate(invalid="ignore"):
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    errors = []
    for row, a, b, good in zip(records["row"], x, y, inside, strict=True):
        if np.isnan(a) != np.isnan(b):
            errors.append(RowError(int(row), "lon" if np.isnan(a) else "lat", "", N_("经度和纬度要么都有，要么都空")))
        elif not good and not np.isnan(a):
            errors.append(place_error(int(row), float(a), float(b), datum))
    return records.assign(lon=lon, lat=lat), errors


def place_error(row: int, x: float, y: float, datum: Datum | str) -> RowError:
    """Why a coordinate outside the region cannot be right: swapped, of no known grid, or elsewhere."""
    west, south, east, north = REGION
    value = f"{x:.10g}, {y:.10g}"
    swapped = (west <= y <= east and south <= x <= north) or (3.9e6 <= x <= 5e6 and not 3.9e6 <= y <= 5e6)
    if swapped:
        return RowError(row, "lon", value, N_("经纬度（或东、北坐标）似乎颠倒了"))
    if abs(x) > 180 and datum == Datum.CGCS2000:
        text = N_("东坐标无法识别：应为 200000–800000（EPSG:4548）或 39200000–39800000（EPSG:4527，39 带）")
        return RowError(row, "lon", value, text)
    details = (("west", west), ("east", east), ("south", south), ("north", north))
    return RowError(
        row, "lon", value, N_("经度应在 {west:g}–{east:g}，纬度应在 {south:g}–{north:g}，请核对坐标系"), details
    )


def _fill_location_errors(plants: pd.DataFrame, default_m: float | None) -> None:
    """Fill in errors left open: by how the plant is located, or the planner's own figure for exact places."""
    book = load_rules()
    located = plants["lon"].notna() & plants["location_error_m"].isna()
    for precision in ("village", "township_centre", "district_only"):
        rows = located & (plants["location_precision"] == precision)
        plants.loc[rows, "location_error_m"] = book.figure(f"location_error_{precision}_m")
    if default_m is not None:
        exact = located & plants["location_precision"].isin(["plant_point", "street_address"])
        plants.loc[exact, "location_error_m"] = default_m


def _read_table(
    content: bytes,
    name: str,
    datum: Datum | str,
    columns: tuple[Column, ...],
    check: Callable[[dict[str, Any], int], list[RowError]] = lambda record, number: [],
) -> tuple[pd.DataFrame, tuple[RowError, ...], tuple[str, ...], int, Sheets, tuple[str, ...]]:
    """Good rows in WGS-84, errors of the others by row, and headers that belong to no column.

    Then the number of rows, the sheets, and the headers of coordinates that the file lacks. ``check`` looks at a row as
    a whole once its cells are read.
    """
    header, rows, sheets = _table(content, name)
    try:
        positions, ignored = _columns_of(header, name, columns)
    except DataError as error:
        raise DataError("\n".join((str(error), *sheets.notes(name)))) from None
    stated = _header_units(header[positions["capacity"]])[0] if "capacity" in positions else []
    records, errors = [], []
    first_seen: dict[str, int] = {}
    for number, row in rows:
        record, row_errors = _read_row(row, positions, number, columns)
        row_errors += check(record, number) + _check_capacity_header(record, number, stated)
        key = record.get("id")
        if key in first_seen:
            row_errors.append(RowError(number, "id", str(key), N_("与第 {row} 行重复"), (("row", first_seen[key]),)))
        elif key:
            first_seen[key] = number
        errors += row_errors
        if not row_errors:
            records.append({**record, "row": number})
    frame, place_errors = _place(pd.DataFrame(records, columns=[c.code for c in columns] + ["row"]), datum)
    frame = frame[~frame["row"].isin([e.row for e in place_errors])].drop(columns="row")
    in_order = tuple(sorted(errors + place_errors, key=lambda e: e.row))
    lacking = tuple(column.header for column in columns if column.code in {"lon", "lat"} - positions.keys())
    return frame, in_order, ignored, len(rows), sheets, lacking


def read_register(
    content: bytes,
    name: str,
    *,
    datum: Datum | str = Datum.WGS84,
    default_location_error_m: float | None = None,
) -> Register:
    """Read a plant register from CSV or XLSX: good rows become plants, bad rows become errors in words.

    Parameters
    ----------
    content : bytes
        The file. CSV in UTF-8 or GB 18030, or XLSX (first sheet that is not hidden). Headers are the codes
        or their Chinese names.
    name : str
        File name, for the messages.
    datum : Datum or str
        Datum of the coordinates in the file; they are brought to WGS-84.
    default_location_error_m : float, optional
        Location error in metres for exactly located rows that state none; without it they can never be judged
        ``certain``. Rows located by village, town centre or district take the assumptions in the rule file.

    Returns
    -------
    Register

    Raises
    ------
    DataError
        Where the file cannot be read at all or lacks a required column.
    DatumError
        Where the datum is unknown or refused.
    """
    frame, errors, ignored, rows, sheets, lacking = _read_table(content, name, datum, COLUMNS, _check_units)
    frame = frame.set_index("id")
    for column in COLUMNS:
        if column.numeric:
            frame[column.code] = frame[column.code].astype(float)
    _fill_location_errors(frame, default_location_error_m)
    geometry = points_metric(frame["lon"], frame["lat"])
    geometry.index = frame.index
    version = hashlib.sha256(content + f"{datum}|{default_location_error_m}".encode()).hexdigest()[:12]
    return Register(gpd.GeoDataFrame(frame, geometry=geometry), errors, name, version, rows, ignored, sheets, lacking)


def file_content(path: Path) -> bytes:
    """Content of a file that a planner names, or why it cannot be opened.

    Raises
    ------
    DataError
        Naming the file and the reason: missing, not readable, too large.
    """
    try:
        if path.stat().st_size > MAX_REGISTER_BYTES:
            raise DataError(_too_large(path.name, path.stat().st_size))
        return path.read_bytes()
    except OSError as error:
        raise DataError(_("打不开文件 {path}：{reason}").format(path=path, reason=error.strerror)) from None


def read_register_file(path: Path, **options: Any) -> Register:
    """Read a register from a file; options as for `read_register`.

    Raises
    ------
    DataError
        Also where the file cannot be opened, with the reason.
    """
    return read_register(file_content(path), path.name, **options)


@cache
def load_plants(path: Path = DATA_DIR / "plants.csv") -> gpd.GeoDataFrame:
    """The shipped register; here a bad row is an error, not a row left out.

    Raises
    ------
    DataError
        Naming file, row, column, value and what is allowed.
    """
    register = read_register_file(path)
    if register.errors:
        raise DataError(error_sentence(register.errors[0], path.name))
    return register.plants


def register_template() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A register with one example row, and the words that its columns take; for planners to fill in."""
    example = {
        "id": "示例-1", "name": "示例搅拌站（请删除本行）", "kind": "搅拌站", "status": "在册", "company": "示例企业",
        "address": "某路 1 号", "district": "朝阳区", "lon": "116.5", "lat": "39.8", "location_precision": "厂址",
        "location_error_m": "50", "capacity": "60", "capacity_unit": "万m³", "mixer_m3": "3", "licensed": "是",
        "year_seen": "2010", "evidence": "公开来源", "source": "登记册",
    }  # fmt: skip
    template = pd.DataFrame([{column.header: example.get(column.code, "") for column in COLUMNS}])
    lists = {"kind": _KIND_WORDS, "status": _STATUS_WORDS, "location_precision": _PRECISION_WORDS,
             "capacity_unit": _UNIT_WORDS, "licensed": _YES_NO_WORDS, "evidence": _EVIDENCE_WORDS}  # fmt: skip
    headers = {column.code: column.header for column in COLUMNS}
    rows = [(headers[code], word, value) for code, words in lists.items() for word, value in words.items()]
    return template, pd.DataFrame(rows, columns=["列", "词", "代码"])


def error_sentence(error: RowError, name: str) -> str:
    """One row error as a whole sentence."""
    return _("{file} 第 {row} 行，{column} 列，值“{value}”：{message}。").format(
        file=name, row=error.row, column=error.column, value=error.value, message=error.message
    )


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a CSV with every cell as text, so that a check can name the cell exactly as it stands in the file.

    Raises
    ------
    DataError
        Where the file is missing or is no UTF-8 CSV.
    """
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(_("找不到数据文件 {file}。").format(file=path)) from None
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(_("{file} 不是可读的 UTF-8 CSV：{error}").format(file=path.name, error=error)) from None


# --- points with an amount: demand, planned sites, supply that a planner brings ------------------------------------


POINT_COLUMNS = (
    Column("id", "编号", _text, required=True),
    Column("lon", "经度", _COORDINATE, required=True, synonyms=("东坐标", "longitude"), numeric=True, units=_DEGREES),
    Column("lat", "纬度", _COORDINATE, required=True, synonyms=("北坐标", "latitude"), numeric=True, units=_DEGREES),
    Column("name", "名称", _text, default="", synonyms=("站点名称", "厂站名称")),
    Column(
        "capacity",
        "产能",
        _amount(0, 100_000),
        synonyms=("年产能", "设计能力"),
        numeric=True,
        units=_AMOUNTS,
        per=_YEARLY,
    ),
    Column(
        "weight",
        "需求",
        _amount(0, 100_000),
        synonyms=("权重", "需求量", "demand"),
        numeric=True,
        units=_AMOUNTS,
        per=_YEARLY,
    ),
    Column("year", "投产年份", _year, synonyms=("年份",), numeric=True),
    Column("kind", "类别", _code(KINDS, _KIND_WORDS), default="", synonyms=("类型",)),
    Column("status", "状态", _code(STATUSES, _STATUS_WORDS), default=""),
    Column("evidence", "依据类型", _code(("sourced", "modelled"), _EVIDENCE_WORDS), default="sourced"),
    Column("location_error_m", "定位误差(m)", _amount(0, 100_000), numeric=True, units=("m",)),
)


@dataclass(frozen=True)
class PointFile:
    """Points that could be read from a file, and the rows that could not, with reasons.

    Attributes
    ----------
    points : GeoDataFrame
        One row a point, index ``id``, columns of `POINT_COLUMNS`, geometry in the metric CRS.
    errors, name, version, rows, sheets
        As in `Register`.
    """

    points: gpd.GeoDataFrame
    errors: tuple[RowError, ...]
    name: str
    version: str
    rows: int
    sheets: Sheets = Sheets()

    @property
    def notes(self) -> list[str]:
        """What else a reader of the file should know, in sentences."""
        return self.sheets.notes(self.name)


def read_points(content: bytes, name: str, *, datum: Datum | str = Datum.WGS84, column: str | None = None) -> PointFile:
    """Read points with ``id, lon, lat`` and mostly ``capacity`` or ``weight`` from CSV or XLSX, as a register is read.

    Parameters
    ----------
    content, name, datum
        As in `read_register`. Headers are the codes or their Chinese names; other columns are ignored.
    column : str, optional
        Code of a column that every row must fill as well, such as ``weight``.

    Raises
    ------
    DataError
        Where the file cannot be read at all or lacks a required column.
    """
    columns = tuple(replace(c, required=True) if c.code == column else c for c in POINT_COLUMNS)
    frame, errors, _ignored, rows, sheets, _lacking = _read_table(content, name, datum, columns)
    version = hashlib.sha256(content + str(datum).encode()).hexdigest()[:12]
    return PointFile(point_frame(frame), errors, name, version, rows, sheets)


def read_point_file(path: Path, *, datum: Datum | str = Datum.WGS84, column: str | None = None) -> PointFile:
    """Read points from a file, see `read_points`; a file that cannot be opened is a `DataError` as well."""
    return read_points(file_content(path), path.name, datum=datum, column=column)


def complete_points(found: PointFile) -> gpd.GeoDataFrame:
    """Points of a file in which no row is wrong.

    Raises
    ------
    DataError
        Naming file, row, column, value and what is allowed, for every wrong row; none is left out silently.
    """
    if found.errors:
        raise DataError("\n".join(error_sentence(error, found.name) for error in found.errors))
    return found.points


def read_complete_points(
    path: Path, *, datum: Datum | str = Datum.WGS84, column: str | None = None
) -> gpd.GeoDataFrame:
    """Read points from a file of which every row must be right, see `read_points` and `complete_points`."""
    return complete_points(read_point_file(path, datum=datum, column=column))


def read_sites(content: bytes, name: str) -> PointFile:
    """Read the sites of a siting proposal: a table with ``id, lon, lat, capacity``, or the JSON of ``mixplan site``.

    A row without capacity is an error here.
    """
    if content.lstrip()[:1] == b"{":
        try:
            rows = pd.DataFrame(json.loads(content)["sites"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                _("{file} 不是选址结果：JSON 中应有 sites 列表（{error}）。").format(file=name, error=error)
            ) from None
        content = rows.to_csv(index=False).encode()
    found = read_points(content, name)
    bad = found.points["capacity"].isna()
    errors = [RowError(0, "capacity", "", N_("站点 {site} 没有产能"), (("site", i),)) for i in found.points.index[bad]]
    return replace(found, points=found.points[~bad], errors=(*found.errors, *errors))


def read_site_file(path: Path) -> PointFile:
    """Read the sites of a siting proposal from a file, see `read_sites`."""
    return read_sites(file_content(path), path.name)


def point_frame(records: Iterable[dict[str, Any]] | pd.DataFrame) -> gpd.GeoDataFrame:
    """Points from records with at least ``id, lon, lat`` (WGS-84 degrees), with every column of `POINT_COLUMNS`."""
    frame = pd.DataFrame(records).reindex(columns=[c.code for c in POINT_COLUMNS])
    for column in POINT_COLUMNS:
        if column.numeric:
            frame[column.code] = frame[column.code].astype(float)
        elif column.default is not None:
            frame[column.code] = frame[column.code].astype(object).fillna(column.default)
    frame["id"] = frame["id"].astype(str)
    geometry = points_metric(frame["lon"], frame["lat"])
    geometry.index = frame.index
    return gpd.GeoDataFrame(frame, geometry=geometry).set_index("id")


@cache
def load_demand(path: Path = DATA_DIR / "demand.csv") -> gpd.GeoDataFrame:
    """The shipped demand points: ``weight`` is the ready-mixed mortar wanted a year (万t); a bad row is an error."""
    return read_complete_points(path, column="weight")


def read_network(content: bytes, name: str) -> nx.Graph:
    """Read a road network that a planner brings: GeoJSON lines, or GraphML with ``x``, ``y`` at its nodes.

    Coordinates are WGS-84 degrees (as osmnx writes them) or, in GraphML, EPSG:4548 metres. One-way rules are ignored.

    Returns
    -------
    networkx.Graph
        Nodes are ``(x, y)`` in the metric CRS, rounded to 0.1 m so that lines that meet are joined; edges carry
        ``length`` in metres, measured straight between their ends.

    Raises
    ------
    DataError
        Where the file is neither, has no lines, or has nodes without coordinates.
    """
    try:
        segments = _graphml_segments(content) if content.lstrip()[:1] == b"<" else _geojson_segments(content)
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            _("读不出路网文件 {file}：应为 GeoJSON 线（WGS-84）或 GraphML；{error}").format(file=name, error=error)
        ) from None
    graph = nx.Graph()
    for line in segments:
        # Heights, which most GIS programs write along, are not needed.
        corners = [(round(float(x), 1), round(float(y), 1)) for x, y, *_height in line]
        if not np.isfinite(corners).all():
            raise DataError(
                _(
                    "路网文件 {file} 里有无法使用的坐标：应为有限的数，WGS-84 经纬度（GraphML 也可用 EPSG:4548 的米）。"
                ).format(file=name)
            )
        for a, b in pairwise(corners):
            if a != b:
                graph.add_edge(a, b, length=float(np.hypot(a[0] - b[0], a[1] - b[1])))
    if graph.number_of_edges() == 0:
        raise DataError(_("路网文件 {file} 里没有线，无法计算运距。").format(file=name))
    return graph


def read_orlib_file(path: Path, capacity: float | None = None) -> solver.SitingProblem:
    """Read a capacitated warehouse instance of the OR-Library from a file.

    Raises
    ------
    DataError
        Where the file cannot be opened, or is no such instance, with the line and what was expected.
    """
    try:
        return solver.read_orlib(file_content(path).decode("ascii", errors="replace"), capacity)
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            _("{file} 不是可用的 OR-Library 仓库选址文件：{error}").format(file=path.name, error=error)
        ) from None


def read_network_file(path: Path) -> nx.Graph:
    """Read a road network from a file, see `read_network`."""
    return read_network(file_content(path), path.name)


def _geojson_segments(content: bytes) -> list[Any]:
    features = json.loads(content)["features"]
    lines = gpd.GeoDataFrame.from_features(features, crs=GEOGRAPHIC_CRS).geometry.explode()
    lines = lines[lines.geom_type == "LineString"].to_crs(METRIC_CRS)
    return [line.coords for line in lines]


def _graphml_segments(content: bytes) -> list[Any]:
    graph = nx.parse_graphml(content.decode("utf-8"))
    places = pd.DataFrame({key: (node.get("x"), node.get("y")) for key, node in graph.nodes(data=True)}).T.astype(float)
    if places.isna().any(axis=None):
        raise ValueError(_("节点要有 x、y 坐标"))
    points = places.to_numpy()
    if np.abs(points).max() <= 180:
        degrees = points_metric(points[:, 0], points[:, 1])
        points = np.column_stack([degrees.x, degrees.y])
    at = dict(zip(places.index, points, strict=True))
    return [(at[a], at[b]) for a, b in graph.edges()]


def table_rows(content: bytes, name: str) -> tuple[list[str], list[tuple[int, list[str]]], Sheets]:
    """Header and numbered, non-empty rows of a CSV or XLSX table, every cell as text, and which sheet was read."""
    return _table(content, name)


@cache
def load_station_reports(path: Path = DATA_DIR / "station_reports.csv") -> pd.DataFrame:
    """Counts of concrete stations reported after the plan, by city or district, each with its own definition."""
    return pd.read_csv(path, dtype={"sites": int}, keep_default_na=False)


# --- results of the commands ``site`` and ``consolidate`` -------------------------------------------------------------


def read_deliveries(content: bytes, name: str) -> pd.DataFrame | None:
    """Who supplies whom in the JSON of ``mixplan site``: ``site``, ``demand``, ``amount``; None in other files."""
    if content.lstrip()[:1] != b"{":
        return None
    try:
        flows = pd.DataFrame(json.loads(content).get("flows") or [], columns=["site", "demand", "amount"])
        flows = flows.astype({"site": str, "demand": str, "amount": float})
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(_("{file} 中的 flows 读不出来：{error}。").format(file=name, error=error)) from None
    return flows if len(flows) else None


def read_deliveries_file(path: Path) -> pd.DataFrame | None:
    """Deliveries of a siting proposal from a file, see `read_deliveries`."""
    return read_deliveries(file_content(path), path.name)


def read_decisions(content: bytes, name: str) -> pd.DataFrame:
    """Actions of a consolidation plan: the JSON of ``mixplan consolidate``, by plant id.

    Returns
    -------
    DataFrame
        Index plant id; ``action``, ``capacity`` (after the action, missing where unknown), ``into`` and ``reason``
        where the file has them.
    """
    try:
        document = json.loads(content)
        rows = pd.DataFrame(document["actions"] if isinstance(document, dict) else document)
        rows = rows.rename(columns={"capacity_after": "capacity"}).set_index("plant_id")
        rows.index = rows.index.astype(str)
        rows["action"] = rows["action"].astype(str)
        rows["capacity"] = pd.to_numeric(rows["capacity"]) if "capacity" in rows.columns else np.nan
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            _("{file} 不是整合方案：JSON 中应有 actions 列表，每项有 plant_id 和 action（{error}）。").format(
                file=name, error=error
            )
        ) from None
    if twice := rows.index[rows.index.duplicated()].tolist():
        raise DataError(_("{file} 中站点“{plant}”出现了不止一次。").format(file=name, plant=twice[0]))
    return rows[[column for column in ("action", "capacity", "into", "reason") if column in rows.columns]]


def read_decisions_file(path: Path) -> pd.DataFrame:
    """Actions of a consolidation plan from a file, see `read_decisions`."""
    return read_decisions(file_content(path), path.name)


# --- files that hand-outs are made of ---------------------------------------------------------------------------------


def asset_text(name: str) -> str:
    """Text of one of our own assets, such as the map script."""
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def leaflet_text(name: str) -> str:
    """Text of a file of Leaflet as its package ships it."""
    folder = metadata.distribution("XStatic-Leaflet").locate_file("xstatic/pkg/leaflet/data")
    return (Path(str(folder)) / name).read_text(encoding="utf-8")


@cache
def font_bytes() -> bytes:
    """The Chinese font of every hand-out, as its package ships it (OpenType)."""
    return Path(str(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf")).read_bytes()


def read_template(path: Path) -> bytes:
    """A department's own PowerPoint file."""
    return file_content(path)
