"""Files that leave the workbench: safe to open, typed, complete."""

import io
import json
import math
from datetime import date

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from mixplan.base.files.jsontext import json_text, plain, records
from mixplan.base.files.sheets import neutral, table_csv, workbook_xlsx
from mixplan.handouts.geojson import geojson

TABLE = pd.DataFrame(
    {"名称": ["甲", "=1+1", None], "产能": [60.0, None, 1.5], "数": pd.array([1, None, 3], dtype="Int64")}
)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\n=1", " =1", "＝1+1"])
def test_a_text_that_would_run_as_a_formula_is_neutralised(text):
    assert neutral(text) == "'" + text


def test_characters_that_a_workbook_cannot_hold_are_left_out():
    assert neutral("a\x0bb") == "ab"
    assert workbook_xlsx({"a/b:c": pd.DataFrame({"=x": ["a\x0bb"]})})


def test_numbers_stay_numbers_even_negative_ones():
    assert neutral(-3.5) == -3.5


def test_csv_opens_in_a_chinese_excel():
    content = table_csv(TABLE)
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    back = pd.read_csv(io.BytesIO(content))
    assert back["名称"].tolist()[1] == "'=1+1"


def test_xlsx_keeps_types_freezes_the_header_and_filters():
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_xlsx({"站点": TABLE})))["站点"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C4"
    assert sheet["B2"].value == 60
    assert sheet["B3"].value is None
    assert sheet["A3"].value == "'=1+1"
    assert sheet["A3"].data_type == "s"


def test_records_are_plain_json():
    assert json.loads(json.dumps(records(TABLE), allow_nan=False))[1] == {"名称": "=1+1", "产能": None, "数": None}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, "null"),
        (math.inf, "null"),
        (np.float32("nan"), "null"),
        (np.int64(3), "3"),
        (np.array([1.5, -math.inf]), "[1.5, null]"),
        (pd.NA, "null"),
        (pd.NaT, "null"),
        (pd.Timestamp("2007-09-01"), '"2007-09-01"'),
        (date(2007, 9, 1), '"2007-09-01"'),
        (True, "true"),
        ({2010: ("一", [math.nan])}, '{"2010": ["一", [null]]}'),
    ],
    ids=str,
)
def test_what_json_has_no_word_for(value, text):
    assert json_text(value, indent=None) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_text_is_read_back_by_a_strict_reader(value):
    def refuse(word):
        raise AssertionError(word)

    assert json.loads(json_text(value), parse_constant=refuse) == plain(value)


def test_geojson_is_in_degrees_and_keeps_rows_without_place():
    frame = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[Point(450_000, 4_420_000), None], crs="EPSG:4548")
    features = json.loads(geojson(frame))["features"]
    assert features[0]["geometry"]["coordinates"][0] == pytest.approx(116.4, abs=0.1)
    assert features[1]["geometry"] is None
