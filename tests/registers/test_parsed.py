"""A register as it was read comes back to the last cell, and nothing else of its file is in it."""

import json

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

from mixplan.base.errors import DataError
from mixplan.base.files.sheets import workbook_xlsx
from mixplan.base.paths import DATA_DIR
from mixplan.registers.parsed import (
    point_bytes,
    read_otherwise,
    read_point_bytes,
    read_register_bytes,
    register_bytes,
)
from mixplan.registers.plants import read_register, register_template
from mixplan.registers.points import read_points

SMALL = """编号,名称,类别,状态,经度,纬度,产能,年份,联系人,电话
c1,甲站,搅拌站,在册,116.5,39.8,60,2010,王工,13800000000
c2,乙站,搅拌站,在册,,,,,李工,13900000000
c3,丙站,搅拌站,在册,116.5,99,60,2010,赵工,13700000000
c4,丁站,飞机场,在册,116.5,39.8,60,2010,钱工,13600000000
c5,戊\u200b站,砂浆厂,在册,116.4,39.9,,,孙工,13500000000,分机13400000000
"""


def same(one, other):
    assert_geodataframe_equal(one.plants, other.plants)
    assert list(one.plants.dtypes) == list(other.plants.dtypes)
    for name in ("name", "version", "rows", "ignored", "sheets", "without_columns", "release", "notes"):
        assert getattr(one, name) == getattr(other, name)


def read(content, name="站点.csv", **how):
    return read_register(content if isinstance(content, bytes) else content.encode(), name, **how)


def back(register):
    return read_register_bytes(register_bytes(register), "登记册")


@pytest.mark.parametrize("how", [{}, {"datum": "gcj02", "default_location_error_m": 50.0}], ids=["plain", "shifted"])
def test_a_register_comes_back_as_it_was_read(how):
    register = read(SMALL, **how)
    same(back(register), register)
    assert [one.message for one in back(register).doubts] == [one.message for one in register.doubts]


def test_faults_come_back_but_for_cells_beyond_the_column_names():
    register = read(SMALL)
    found = back(register)
    assert [(one.row, one.column, one.message) for one in found.errors] == [
        (one.row, one.column, one.message) for one in register.errors
    ]
    known = [one for one in register.errors if not one.column.isdecimal()]
    assert set(known) <= set(found.errors) and len(known) == len(register.errors) - 1


def test_nothing_of_columns_that_are_not_known_is_kept():
    content = register_bytes(read(SMALL)).decode()
    assert "13800000000" not in content and "王工" not in content and "13400000000" not in content
    assert "联系人" in content  # that there was such a column is said


def test_the_shipped_register_and_an_empty_one_come_back(plants):
    same(back(read("id,name,kind\n")), read("id,name,kind\n"))
    register = read((DATA_DIR / "plants.csv").read_bytes(), "plants.csv")
    same(back(register), register)


def test_points_come_back_without_columns_that_are_not_known():
    found = read_points(
        "id,lon,lat,需求,联系人\nd1,116.4,39.9,30,王工\n".encode(), "点.csv", datum="gcj02", column="weight"
    )
    content = point_bytes(found)
    again = read_point_bytes(content, "点")
    assert_geodataframe_equal(again.points, found.points)
    assert list(again.points.dtypes) == list(found.points.dtypes)
    assert (again.name, again.version, again.rows, again.ignored) == ("点.csv", found.version, 1, ("联系人",))
    assert "王工" not in content.decode()
    with pytest.raises(DataError, match=r"登记册.*列不对"):
        read_register_bytes(content, "登记册")


def test_a_workbook_comes_back_with_the_sheets_that_were_not_read():
    template, words = register_template()
    register = read(workbook_xlsx({"登记册": template, "词": words}), "a.xlsx")
    assert register.sheets.left
    same(back(register), register)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=10)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            TEXTS,
            st.sampled_from(["concrete", "mortar", "飞机"]),
            st.one_of(st.none(), st.floats(115.5, 117.5)),
            st.one_of(st.none(), st.floats(39.5, 41)),
            st.one_of(st.none(), st.floats(0, 1000)),
            TEXTS,
        ),
        max_size=8,
    )
)
def test_whatever_can_be_read_comes_back(rows):
    table = pd.DataFrame(rows, columns=["name", "kind", "lon", "lat", "capacity", "note"])
    table.insert(0, "id", [f"p{n}" for n in range(len(table))])
    register = read(table.to_csv(index=False))
    same(back(register), register)


def altered(**changes):
    record = json.loads(register_bytes(read(SMALL)))
    for path, value in changes.items():
        *way, last = path.split("__")
        inner = record
        for key in way:
            inner = inner[int(key) if isinstance(inner, list) else key]
        inner[int(last) if isinstance(inner, list) else last] = value
    return json.dumps(record, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "format"),
        ({"rows": "3"}, "rows"),
        ({"columns__kind__0": "airport"}, "kind"),
        ({"columns__lon__0": 2.35}, "地区"),
        ({"columns__lat__0": None}, "一半坐标"),
        ({"columns__capacity__0": -1.0}, "capacity"),
        ({"columns__capacity__0": "60"}, "capacity"),
        ({"columns__capacity": []}, "长短不一"),
        ({"columns__telephone": ["1", "2", "3"]}, "列不对"),
        ({"columns__id__0": "c2"}, "重复"),
        ({"columns__id__0": "a\u200b"}, "id"),
        ({"columns__name__0": None}, "name"),
        ({"columns__year_seen__0": 2010.5}, "year_seen"),
        ({"errors__0__text": "{value:>999999999}", "errors__0__details": {"value": "a"}}, "不是 mixplan 写的"),
        ({"errors__0__text": "{value.__class__}", "errors__0__details": {"value": "a"}}, "不是 mixplan 写的"),
        ({"errors__0__text": "{}", "errors__0__details": {}}, "不是 mixplan 写的"),
        ({"errors__0__text": "{", "errors__0__details": {}}, "不是 mixplan 写的"),
        ({"errors__0__text": "{value:g}", "errors__0__details": {"value": "a"}}, "不是 mixplan 写的"),
    ],
)
def test_what_a_register_could_not_be_is_refused_in_words(changes, words):
    with pytest.raises(DataError, match=f"登记册.*{words}"):
        read_register_bytes(altered(**changes), "登记册")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\x80\x04", b'{"format": NaN}'])
def test_what_is_no_register_is_refused_in_words(content):
    with pytest.raises(DataError, match="登记册"):
        read_register_bytes(content, "登记册")


def test_where_a_release_would_read_the_file_otherwise_it_says_which_stations():
    kept = read(SMALL)
    assert read_otherwise(kept, back(kept)) == ""
    assert "2 个站点" in read_otherwise(kept, read(SMALL.replace("c1,甲站", "c9,甲站")))
    assert "1 个站点读得不同：c1" in read_otherwise(kept, read(SMALL.replace("116.5,39.8,60", "116.6,39.8,60", 1)))
