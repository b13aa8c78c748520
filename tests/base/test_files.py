"""Files that leave the workbench: safe to open, typed, complete."""

import errno
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

from mixplan.base.errors import DataError
from mixplan.base.files.cells import read_cells
from mixplan.base.files.jsonfiles import read_json_text
from mixplan.base.files.jsontext import json_text, plain, records
from mixplan.base.files.reading import os_reason
from mixplan.base.files.sheets import neutral, table_csv, workbook_xlsx
from mixplan.base.files.text import decoded, hidden_characters, look
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


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("编号,名称".encode(), "编号,名称"),
        ("编号,名称".encode("utf-8-sig"), "编号,名称"),
        ("编号,名称".encode("utf-16"), "编号,名称"),
        (b"\xfe\xff" + "编号".encode("utf-16-be"), "编号"),
        ("编号,名称,搅拌站".encode("gb18030"), "编号,名称,搅拌站"),
        ("𠮷,〇".encode("gb18030"), "𠮷,〇"),
        (b"", ""),
    ],
)
def test_a_text_is_read_in_what_offices_write(content, text):
    assert decoded(content, "a.csv") == text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("甲站\n乙站乙站".encode()[:-1], r"第 2 行有无法识别的字节：文件是 UTF-8，但已损坏或不完整"),
        ("甲乙丙丁".encode() + b"\xff", r"第 1 行有无法识别的字节"),
        (b"\xff\xfe\x81", "编码无法识别"),
        (b"\xff\xff\xff", "编码无法识别"),
        ("id,甲站".encode("utf-16-le"), "空字节"),
        (b"a\0b", "空字节"),
    ],
)
def test_what_is_no_text_is_refused_instead_of_read_as_other_characters(content, problem):
    with pytest.raises(DataError, match=problem):
        decoded(content, "a.csv")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_marked_text_comes_back_letter_by_letter(text, encoding):
    assert decoded(text.encode(encoding), "a.csv") == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("搅拌站（一）", ()),
        ("A\u200bB", ("U+200B",)),
        ("\u202eab\u202c", ("U+202E", "U+202C")),
        ("a\tb", ("U+0009",)),
        ("𠮷", ()),
    ],
)
def test_characters_that_nobody_sees_are_named(text, found):
    assert hidden_characters(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [("A-1", "Ａ-1"), ("A-1", "А-1"), ("甲站", "甲 站"), ("甲站", "甲\u200b站"), ("甲站", "甲\u3000站")],
)
def test_what_looks_the_same_has_one_look(one, other):
    assert look(one) == look(other)


def test_a_document_comes_back_as_it_was_written():
    value = {"站{{": [1, -2.5, 1e300, True, None, "\u202e𠮷"], "空": {}}
    assert read_json_text(json.dumps(value).encode(), "a.json") == value


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
DOCUMENTS = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


@given(DOCUMENTS)
def test_any_json_comes_back(value):
    assert read_json_text(json.dumps(value).encode(), "a.json") == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "b": }', "第 2 行第 7 个字符处，这里应有一个值"),
        ('{"a": 1\n "b": 2}', "第 2 行第 2 个字符处，这里应有逗号"),
        ("{'a': 1}", "第 1 行第 2 个字符处，这里应有以双引号括起的键"),
        ('{"a": NaN}', "“NaN”不是 JSON 的数"),
        ('{"a": 1e999}', "数“1e999”太大"),
        ('{"a": 1, "a": 2}', "键“a”出现了不止一次"),
        ("[" * 51 + "]" * 51, "嵌套超过 50 层"),
        ('["\\ud800"]', "半个字符"),
        ('["\\x"]', "反斜线后面的写法不是 JSON 的"),
    ],
)
def test_what_is_no_json_is_said_with_its_place(text, said):
    with pytest.raises(DataError, match=r"^a\.json ") as refused:
        read_json_text(text.encode(), "a.json")
    assert said in str(refused.value)


def test_brackets_in_texts_and_fifty_levels_are_no_depth():
    assert read_json_text(("[" * 50 + "]" * 50).encode(), "a.json")
    assert read_json_text(json.dumps(["[" * 100 + '\\"' + "{" * 100]).encode(), "a.json")


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOENT, "没有这个文件"), (errno.EISDIR, "文件夹"), (999, "错误号 999")]
)
def test_the_system_refuses_in_words(number, words):
    assert words in os_reason(OSError(number, "no such thing"))


def test_a_percentage_in_a_workbook_is_what_it_shows():
    book = openpyxl.Workbook()
    book.active.append(["id", "share", "day"])
    book.active.append(["a", 0.6, date(2011, 5, 1)])
    book.active["B2"].number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    assert read_cells(out.getvalue(), "a.xlsx")[1] == [(2, ["a", "60%", "2011-05-01 00:00:00"])]
