"""Counts of concrete stations that were reported after the plan."""

from functools import cache
from pathlib import Path

import pandas as pd

from mixplan.base.files.cells import file_content
from mixplan.base.files.columns import Column, amount_between, code_of, id_cell, text_cell
from mixplan.base.files.tables import read_table, typed_frame
from mixplan.base.paths import DATA_DIR

COLUMNS = (
    Column("id", "编号", id_cell, required=True, unique=True),
    Column("period", "时期", text_cell, required=True),
    Column("scope", "范围", code_of(("city", "district"), {"全市": "city", "区县": "district"}), required=True),
    Column("district", "区县", text_cell, required=True, default=""),
    Column("sites", "站点数", amount_between(0, 100_000), required=True, numeric=True),
    Column("definition", "口径", text_cell, required=True),
    Column("definition_en", "口径（英文）", text_cell, required=True),
    Column("source", "来源", text_cell, required=True),
)


@cache
def load_station_reports(path: Path = DATA_DIR / "station_reports.csv") -> pd.DataFrame:
    """Counts of concrete stations reported after the plan, by city or district, each with its own definition.

    Raises
    ------
    DataError
        Naming file, row, column, value and what is allowed.
    """
    table = read_table(file_content(path), path.name, COLUMNS)
    table.refuse_errors()
    return typed_frame(table.records, COLUMNS).astype({"sites": int})
