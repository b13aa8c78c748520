"""Registers that planners bring: headers, encodings, values, coordinates, and errors in words."""

import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pyproj import Transformer

from mixplan.base.errors import DataError, DatumError
from mixplan.base.files.cells import MAX_REGISTER_BYTES, Sheets
from mixplan.base.i18n import set_language
from mixplan.city.datums import wgs84_to_gcj02
from mixplan.city.layers import read_layer
from mixplan.plan.kinds import plant_kinds
from mixplan.registers.plants import load_plants, read_register, read_register_file
from mixplan.registers.points import read_points

HEADER = "id,name,kind,lon,lat,capacity\n"


def read(text: str, encoding: str = "utf-8", **options):
    return read_register(text.encode(encoding), "登记册.csv", **options)


def messages(register):
    return [f"{e.row}|{e.column}|{e.value}|{e.message}" for e in register.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_headers_and_words_in_the_encodings_that_offices_use(encoding):
    text = "编号,名称,类别,经度,纬度,年产能,产能单位,资质\nA1,某站,搅拌站,116.4,39.9,60,万立方米,是\n"
    plant = read(text, encoding).plants.loc["A1"]
    assert (plant["kind"], plant["capacity"], plant["capacity_unit"], plant["licensed"]) == (
        "concrete",
        60,
        "wan_m3",
        "yes",
    )


def test_a_unit_that_lost_its_superscript_in_gbk_is_known():
    text = "编号,名称,类别,产能,产能单位\nA1,某站,搅拌站,60,万m³\n"
    register = read_register(text.encode("gbk", errors="replace"), "登记册.csv")
    assert not register.errors
    assert register.plants.loc["A1", "capacity_unit"] == "wan_m3"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("nan", "应为数字，不能是 nan 或 inf"),
        ("-inf", "应为数字，不能是 nan 或 inf"),
        ("1e400", "应为数字，而这个数太大"),
        ("六十", "应为数字"),
        ("0x10", "应为数字"),
        ("1_000", "应为数字，不能有下划线"),
        ("1_16.5", "应为数字，不能有下划线"),
        ("٦٠", "应为数字，只认 0–9"),
        ("6²", "应为数字，只认 0–9"),
        ("6\u200b0", "应为数字，其中有看不见的字符"),
    ],
)
def test_what_is_no_finite_number_is_no_number(value, problem):
    assert messages(read(HEADER + f"a,甲,concrete,116.4,39.9,{value}\n")) == [f"2|capacity|{value}|{problem}"]


def test_xlsx_reads_like_csv():
    book = openpyxl.Workbook()
    book.active.append(["编号", "名称", "类别", "经度", "纬度"])
    book.active.append([17, "某站", "concrete", 116.4, 39.9])
    buffer = io.BytesIO()
    book.save(buffer)
    register = read_register(buffer.getvalue(), "a.xlsx")
    assert register.plants.index.tolist() == ["17"]
    assert not register.errors


def workbook(*sheets: tuple[str, list[list[object]], str]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows, state in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


STATIONS = [["编号", "名称", "类别", "经度", "纬度"], ["A1", "某站", "concrete", 116.4, 39.9]]
WORDS = [["代码", "区县"], ["106", "丰台区"]]


def test_sheets_that_are_not_read_are_named_and_the_hidden_ones_as_hidden():
    content = workbook(
        ("字典", WORDS, "hidden"),
        ("丰台", STATIONS, "visible"),
        ("昌平", STATIONS, "visible"),
        ("旧表", STATIONS, "veryHidden"),
        ("Sheet3", [], "visible"),
    )
    for found in (read_register(content, "名册.xlsx"), read_points(content, "名册.xlsx")):
        assert (found.rows, found.sheets.read) == (1, "丰台")
        assert found.notes == ["名册.xlsx：只读了工作表“丰台”，未读：字典（隐藏）、昌平、旧表（隐藏）。"]


def test_a_workbook_of_one_filled_sheet_and_a_csv_need_no_note():
    one = workbook(("登记册", STATIONS, "visible"), ("Sheet2", [], "visible"))
    assert read_register(one, "a.xlsx").notes == []
    assert read(HEADER + "a,甲,mortar,116.4,39.9,1\n").notes == []


def test_where_every_sheet_is_hidden_the_first_is_read_and_named_as_hidden():
    sheets = Sheets("甲", ("乙",), ("甲", "乙"))
    assert sheets.notes("a.xlsx") == ["a.xlsx：只读了工作表“甲（隐藏）”，未读：乙（隐藏）。"]


@pytest.mark.parametrize(("cover", "problem"), [([["说明"]], "缺少必需的列"), ([], "是空的")])
def test_where_the_sheet_that_is_read_holds_no_table_the_others_are_named(cover, problem):
    content = workbook(("封面", cover, "visible"), ("登记册", STATIONS, "visible"))
    with pytest.raises(DataError, match=rf"(?s){problem}.*只读了工作表“封面”，未读：登记册。"):
        read_register(content, "a.xlsx")


def test_good_rows_are_usable_beside_bad_ones_and_each_bad_cell_is_named():
    register = read(
        HEADER
        + "a,甲,concrete,116.4,39.9,60\n"
        + "b,乙,brick,116.4,39.9,60\n"
        + "c,丙,mortar,116.4,39.9,很多\n"
        + "d,,mortar,116.4,39.9,1\n"
        + "a,丁,mortar,116.4,39.9,1\n"
    )
    assert register.plants.index.tolist() == ["a"]
    assert register.rows == 5
    assert [m.rpartition("|")[0] for m in messages(register)] == [
        "3|kind|brick",
        "4|capacity|很多",
        "5|name|",
        "6|id|a",
    ]
    assert register.errors[0].message.startswith(f"应为 {'、'.join(plant_kinds())} 之一（或 水泥、")
    assert register.errors[3].message == "与第 2 行重复"


def test_half_a_coordinate_swapped_coordinates_and_places_elsewhere_are_told_apart():
    register = read(HEADER + "a,甲,mortar,116.4,,1\nb,乙,mortar,39.9,116.4,1\nc,丙,mortar,2.3,48.9,1\n")
    assert [m.split("|")[0] for m in messages(register)] == ["2", "3", "4"]
    assert "要么都有，要么都空" in register.errors[0].message
    assert "颠倒" in register.errors[1].message
    assert "核对坐标系" in register.errors[2].message
    assert register.plants.empty


def test_no_coordinates_is_unlocated_not_an_error():
    register = read(HEADER + "a,甲,mortar,,,1\n")
    assert not register.errors
    assert register.plants.geometry.isna().tolist() == [True]


def test_gcj02_is_shifted_back():
    lon, lat = wgs84_to_gcj02(116.4, 39.9)
    register = read(HEADER + f"a,甲,mortar,{float(lon):.8f},{float(lat):.8f},1\n", datum="gcj02")
    assert register.plants["lon"].iloc[0] == pytest.approx(116.4, abs=1e-7)
    assert register.plants["lat"].iloc[0] == pytest.approx(39.9, abs=1e-7)


def test_a_refused_datum_says_why():
    with pytest.raises(DatumError, match="西安 80"):
        read(HEADER + "a,甲,mortar,116.4,39.9,1\n", datum="xian80")


def test_the_unit_must_fit_the_kind_and_is_filled_in_where_missing():
    register = read("id,name,kind,capacity,capacity_unit\na,甲,concrete,60,wan_t\nb,乙,mortar,20,\n")
    assert messages(register) == ["2|capacity_unit|wan_t|concrete 的产能单位应为 wan_m3"]
    assert register.plants["capacity_unit"].tolist() == ["wan_t"]


def test_one_bad_grid_coordinate_does_not_spoil_the_file():
    x, y = Transformer.from_crs(4490, 4548, always_xy=True).transform(116.4, 39.9)
    text = f"编号,名称,类别,东坐标,北坐标\na,甲,砂浆,{x},{y}\nb,乙,砂浆,45000,{y}\nc,丙,砂浆,{y},{x}\n"
    register = read(text, datum="cgcs2000")
    assert register.plants["lon"].tolist() == pytest.approx([116.4])
    assert "东坐标无法识别" in register.errors[0].message
    assert "颠倒" in register.errors[1].message


def test_units_in_headers_are_understood_and_unknown_columns_are_named():
    register = read("编号,名称,类别,经度（°）,纬度（°）,产能（万m³/年）,负责人\na,甲,搅拌站,116.4,39.9,60,张三\n")
    assert register.ignored == ("负责人",)
    assert register.plants.loc["a", ["lon", "capacity"]].tolist() == [116.4, 60]


@pytest.mark.parametrize(
    ("header", "column", "unit"),
    [
        ("产能(t/年)", "capacity", "t/年"),
        ("产能（m³/年）", "capacity", "m³/年"),
        ("产能（m³/h）", "capacity", "m³/h"),
        ("年产能（立方米）", "capacity", "m³"),
        ("设计能力（设计，万m³/小时）", "capacity", "万m³/h"),
        ("产能(日产万t)", "capacity", "万t/日"),
        ("产能(千吨)", "capacity", "千t"),
        ("capacity (t per year)", "capacity", "t/年"),
        ("产能(亿元)", "capacity", "亿元"),
        ("单机能力(L)", "mixer_m3", "L"),
        ("定位误差(km)", "location_error_m", "km"),
        ("散装发放（‰）", "bulk_dispatch_pct", "‰"),
        ("单班产能(万t)", "shift_capacity_t", "万t"),
        ("经度（度分秒）", "lon", "度分秒"),
        ("北坐标(km)", "lat", "km"),
    ],
)
def test_a_header_with_a_unit_that_is_not_the_columns_is_refused(header, column, unit):
    with pytest.raises(DataError) as refused:
        read(f"编号,名称,类别,{header}\na,甲,mortar,1\n")
    sentence = str(refused.value)
    assert sentence.startswith(f"登记册.csv 第 1 行，{column} 列，列名“{header}”中的单位是 {unit}；可用的单位：")


@pytest.mark.parametrize(
    "header",
    ["需求(t/年)", "需求量（m³）", "产能(m³/h)", "定位误差(km)"],
)
def test_points_with_a_unit_that_is_not_the_columns_are_refused(header):
    with pytest.raises(DataError, match=r"需求\.csv 第 1 行，.*中的单位是 .*；可用的单位：(万t、万m³、|m。)"):
        read_points(f"id,lon,lat,{header}\na,116.4,39.9,1\n".encode(), "需求.csv")


@pytest.mark.parametrize(
    "header",
    [
        "产能",
        "产能(万t)",
        "产能（万吨/年）",
        "年产能（设计，万t/a）",
        "产能（年产万吨）",
        "产能(10⁴t/a)",
        "capacity (10,000 t/yr)",
        "产能（必填）",
        "产能（2010年12月）",
        "产能（年底）",
    ],
)
def test_a_header_with_the_columns_own_unit_or_with_none_is_read(header):
    register = read(f'编号（必填）,名称(全称),类别,"{header}"\na,甲,砂浆,50\n')
    assert (messages(register), register.plants["capacity"].tolist()) == ([], [50])


@pytest.mark.parametrize(
    "header",
    ["经度（°）", "经度(度)", "经度(E)", "经度（WGS84）", "东坐标(m)", "longitude (deg)"],
)
def test_a_coordinates_header_may_state_degrees_or_metres(header):
    register = read(f"编号,名称,类别,{header},纬度\na,甲,砂浆,116.4,39.9\n")
    assert register.plants["lon"].tolist() == [116.4]


def test_a_row_that_contradicts_the_capacitys_header_is_an_error():
    register = read(
        "编号,名称,类别,产能(万m³/年),产能单位\n"
        + "a,甲,混凝土,60,\n"
        + "b,乙,砂浆,40,\n"
        + "c,丙,砂浆,40,万t\n"
        + "d,丁,混凝土,60,万m³\n"
        + "e,戊,砂浆,,\n"
    )
    assert register.plants.index.tolist() == ["a", "d", "e"]
    sentence = "列名的单位是 万m³，这一行按产能单位或类别应为 万t"
    assert messages(register) == [f"3|capacity|40|{sentence}", f"4|capacity|40|{sentence}"]
    sites = read_points("id,lon,lat,类别,产能(万m³)\na,116.4,39.9,砂浆,40\n".encode(), "站点.csv")
    assert [(e.row, e.column) for e in sites.errors] == [(2, "capacity")]


@pytest.mark.parametrize(("text", "value"), [("1,500", 1500), ("12,345.5", 12345.5), ("1，500", 1500)])
def test_thousands_separators(text, value):
    assert read(f'id,name,kind,capacity\na,甲,mortar,"{text}"\n').plants["capacity"].tolist() == [value]


@pytest.mark.parametrize("text", ["1,5", "116,4", "1,50"])
def test_a_decimal_comma_is_asked_back_not_guessed(text):
    assert read(f'id,name,kind,capacity\na,甲,mortar,"{text}"\n').errors[0].message.startswith("应为数字；逗号只用来")


def test_how_a_plant_is_located_sets_its_error_where_none_is_stated(book):
    text = "id,name,kind,lon,lat,location_precision\na,甲,mortar,116.4,39.9,乡镇中心\nb,乙,mortar,116.4,39.9,厂址\n"
    errors = read(text, default_location_error_m=50).plants["location_error_m"].tolist()
    assert errors == [book.figure("location_error_township_centre_m"), 50]


def test_errors_follow_the_language_in_which_they_are_read():
    error = read(HEADER + "a,,mortar,116.4,39.9,1\n").errors[0]
    set_language("en")
    assert error.message == "must not be empty"


def test_a_formula_saved_without_its_result_is_refused_not_taken_for_empty():
    book = openpyxl.Workbook()
    book.active.append(["id", "name", "kind", "lon", "lat"])
    book.active.append(["a", "甲", "mortar", "=100+16.4", 39.9])
    buffer = io.BytesIO()
    book.save(buffer)
    assert [e.column for e in read_register(buffer.getvalue(), "a.xlsx").errors] == ["lon"]


def test_a_damaged_workbook_is_refused_in_words():
    book = openpyxl.Workbook()
    book.active.append(["id", "name", "kind"])
    buffer = io.BytesIO()
    book.save(buffer)
    damaged = io.BytesIO()
    with zipfile.ZipFile(buffer) as good, zipfile.ZipFile(damaged, "w") as bad:
        for part in good.namelist():
            content = good.read(part)
            bad.writestr(part, content[: len(content) // 2] if "sheet1" in part else content)
    with pytest.raises(DataError, match="不是可以读取的 XLSX"):
        read_register(damaged.getvalue(), "坏.xlsx")


def test_a_default_location_error_fills_gaps_only_where_there_is_a_location():
    text = "id,name,kind,lon,lat,location_error_m\na,甲,mortar,116.4,39.9,\nb,乙,mortar,116.4,39.9,7\nc,丙,mortar,,,\n"
    errors = read(text, default_location_error_m=50).plants["location_error_m"].tolist()
    assert errors[:2] == [50, 7]
    assert np.isnan(errors[2])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "是空的"),
        (b"a,b\n1,2\n", "缺少必需的列"),
        ("编号,名称,类别,id\n".encode(), "第 1 行有两列都是“id”"),
        (b"\xff\xfe\x81", "编码无法识别"),
        (b"PK\x03\x04 no zip", "不是可以读取的 XLSX"),
        (b"\x00\x01binary", "不是文本文件"),
        (b"x" * (MAX_REGISTER_BYTES + 1), "上限"),
    ],
)
def test_a_file_that_is_no_register_is_refused_in_words(content, problem):
    with pytest.raises(DataError, match=problem):
        read_register(content, "坏.csv")


def test_infinite_and_not_a_number_are_not_numbers():
    register = read(HEADER + "a,甲,mortar,nan,39.9,1\nb,乙,mortar,116.4,39.9,inf\n")
    assert register.plants.empty
    assert len(register.errors) == 2


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"no\.csv"):
        read_register_file(tmp_path / "no.csv")


def test_a_broken_layer_is_named(tmp_path):
    path = tmp_path / "rings.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": null}]}'
    )
    with pytest.raises(DataError, match=r"rings\.geojson"):
        read_layer(path)


def test_the_shipped_register_reads_without_errors(plants):
    assert plants.index.is_unique
    assert plants.crs.to_epsg() == 4548


def test_a_bad_row_in_the_shipped_register_is_an_error(tmp_path):
    path = tmp_path / "plants.csv"
    path.write_text(HEADER + "a,甲,brick,116.4,39.9,60\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"plants\.csv 第 2 行，kind 列，值“brick”"):
        load_plants(path)


def test_the_version_tells_registers_apart_by_content_and_by_how_they_were_read():
    text = HEADER + "a,甲,mortar,116.4,39.9,1\n"
    versions = {read(text).version, read(text, datum="gcj02").version, read(text.replace("60", "61") + " ").version}
    assert len(versions) == 3
    assert read(text).version == read(text).version


def test_frames_have_the_same_columns_and_types_empty_or_full(empty_register, plants):
    assert list(empty_register.columns) == list(plants.columns)
    assert empty_register["capacity"].dtype == plants["capacity"].dtype
    assert isinstance(pd.DataFrame(empty_register), pd.DataFrame)


def test_stations_that_look_alike_are_kept_and_said_with_both_rows():
    register = read(
        HEADER + "A-1,甲站,mortar,116.4,39.9,1\nＡ-1,乙站,mortar,116.4,39.9,1\nB,甲\u200b站,mortar,116.4,39.9,1\n"
    )
    assert register.plants.index.tolist() == ["A-1", "Ａ-1", "B"]
    assert register.notes == [
        "登记册.csv 第 3 行，id 列，值“Ａ-1”：看上去与第 2 行相同，实际不同。",
        "登记册.csv 第 4 行，name 列，值“甲\u200b站”：有看不见的字符：U+200B。",
        "登记册.csv 第 4 行，name 列，值“甲\u200b站”：看上去与第 2 行相同，实际不同。",
    ]


def test_stations_of_one_name_need_no_word():
    assert read(HEADER + "a,甲站,mortar,116.4,39.9,1\nb,甲站,mortar,116.4,39.9,1\n").notes == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a\u202eb,甲,mortar,116.4,39.9,1", "id|编号中有看不见的字符：U+202E"),
        ("9.11E+16,甲,mortar,116.4,39.9,1", "id|编号像是被表格软件改成了科学计数"),
        ("a,\u200b\u200d,mortar,116.4,39.9,1", "name|只有看不见的字符：U+200B、U+200D"),
        ("a,甲,mortar,116.4,39.9,1,2", "7|这一行比第 1 行的列名多出 1 格"),
    ],
)
def test_what_a_reader_could_not_see_or_would_misread_is_refused(row, problem):
    error = read(HEADER + row + "\n").errors[0]
    assert f"{error.column}|{error.message}".startswith(problem)


def test_long_codes_that_a_workbook_has_rounded_are_refused_as_such():
    content = workbook(("名册", [STATIONS[0], [91110106123456789, "某站", "concrete", 116.4, 39.9]], "visible"))
    assert "末尾的数字已经丢失" in read_register(content, "a.xlsx").error_sentences[0]
