"""The register of plants: the one that is shipped, and those that planners bring."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan import __version__
from mixplan.base.files.cells import file_content
from mixplan.base.files.columns import Column, amount_between, code_of, text_cell, year_of
from mixplan.base.files.tables import TableFile, content_version, typed_frame
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import DATA_DIR
from mixplan.base.problems import listed
from mixplan.city.datums import Datum
from mixplan.city.district_names import district_table, unknown_districts
from mixplan.plan.kinds import PRECISIONS, kind_spellings
from mixplan.registers.located import (
    CAPACITY,
    EVIDENCE,
    ID,
    KIND,
    LAT,
    LOCATION_ERROR,
    LON,
    NAME,
    STATUS,
    check_units,
    fill_location_errors,
    located_frame,
    read_located,
)
from mixplan.registers.spellings import (
    EVIDENCE_WORDS,
    PRECISION_WORDS,
    STATUS_WORDS,
    UNIT_WORDS,
    YES_NO_WORDS,
)


@dataclass(frozen=True, kw_only=True)
class Register(TableFile):
    """Plants that could be read, and the rows that could not, with reasons.

    Attributes
    ----------
    plants : GeoDataFrame
        One row a plant, index ``id``, geometry in the metric CRS (missing where the plant is not located).
    without_columns : tuple of str
        Headers of coordinates that the file lacks.
    release : str
        Of mixplan, which read it.
    """

    plants: gpd.GeoDataFrame
    without_columns: tuple[str, ...] = ()
    release: str = __version__

    @property
    def notes(self) -> list[str]:
        """What else a reader of the file should know, in sentences."""
        notes = super().notes
        if self.without_columns:
            text = _("{file}：没有认出坐标列 {missing}；未识别的列：{columns}。")
            missing, columns = (listed(names) or "—" for names in (self.without_columns, self.ignored))
            notes.append(text.format(file=self.name, missing=missing, columns=columns))
        # A plant outside Beijing rightly states another city.
        inside = self.plants["status"] != "outside"
        if strange := unknown_districts(self.plants["district"][inside], district_table()):
            text = _("{file}：没有认出区县 {names}；这些厂站按坐标归入区县，没有坐标的不计入任何区县。")
            notes.append(text.format(file=self.name, names=listed(strange)))
        return notes


COLUMNS = (
    ID,
    NAME,
    KIND,
    STATUS,
    Column("company", "企业", text_cell, default="", synonyms=("企业名称", "公司")),
    Column("address", "地址", text_cell, default=""),
    Column("district", "区县", text_cell, default="", synonyms=("区", "所在区", "所在区县")),
    LON,
    LAT,
    Column("location_precision", "定位精度", code_of(PRECISIONS, PRECISION_WORDS), default="plant_point"),
    LOCATION_ERROR,
    CAPACITY,
    Column("capacity_unit", "产能单位", code_of(("wan_t", "wan_m3"), UNIT_WORDS)),
    Column(
        "mixer_m3",
        "搅拌机单机(m³)",
        amount_between(0, 100),
        synonyms=("单机能力",),
        numeric=True,
        units=("m³",),
        per=("盘", "台"),
    ),
    Column(
        "bulk_dispatch_pct",
        "散装发放(%)",
        amount_between(0, 100),
        synonyms=("散装发放能力", "散装发放率"),
        numeric=True,
        units=("%",),
    ),
    Column("shift_capacity_t", "单班产能(t)", amount_between(0, 100_000), numeric=True, units=("t",), per=("班",)),
    Column("licensed", "资质", code_of(("yes", "no"), YES_NO_WORDS), default=""),
    Column("year_seen", "所据年份", year_of, synonyms=("年份",), numeric=True),
    EVIDENCE,
    Column("source", "来源", text_cell, default=""),
    Column("note", "备注", text_cell, default=""),
)


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
    table = read_located(content, name, datum, COLUMNS, check_units)
    frame = typed_frame(table.records, COLUMNS)
    fill_location_errors(frame, default_location_error_m)
    about = table.about() | {"version": content_version(content, datum, default_location_error_m)}
    lacking = tuple(c.header for c in COLUMNS if c.code in {"lon", "lat"} - table.found)
    return Register(**about, plants=located_frame(frame), without_columns=lacking)


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
    register.refuse_errors()
    return register.plants


def register_template() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A register with one example row, and the words that its columns take; for planners to fill in."""
    example = {
        "id": "示例-1",
        "name": "示例搅拌站（请删除本行）",
        "kind": "搅拌站",
        "status": "在册",
        "company": "示例企业",
        "address": "某路 1 号",
        "district": "朝阳区",
        "lon": "116.5",
        "lat": "39.8",
        "location_precision": "厂址",
        "location_error_m": "50",
        "capacity": "60",
        "capacity_unit": "万m³",
        "mixer_m3": "3",
        "licensed": "是",
        "year_seen": "2010",
        "evidence": "公开来源",
        "source": "登记册",
    }
    template = pd.DataFrame([{column.header: example.get(column.code, "") for column in COLUMNS}])
    lists = {
        "kind": kind_spellings(),
        "status": STATUS_WORDS,
        "location_precision": PRECISION_WORDS,
        "capacity_unit": UNIT_WORDS,
        "licensed": YES_NO_WORDS,
        "evidence": EVIDENCE_WORDS,
    }
    headers = {column.code: column.header for column in COLUMNS}
    rows = [(headers[code], word, value) for code, words in lists.items() for word, value in words.items()]
    return template, pd.DataFrame(rows, columns=["列", "词", "代码"])
