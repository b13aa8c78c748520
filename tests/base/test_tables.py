"""The engine that reads every table: typed cells, whole rows, errors that name file, row, column, value, allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixplan.base.errors import DataError
from mixplan.base.files.columns import CellError, Column, amount_between, code_of, id_cell, number_of, text_cell
from mixplan.base.files.looks import look_alikes
from mixplan.base.files.tables import Row, content_version, read_table, typed_frame
from mixplan.base.i18n import N_
from mixplan.base.problems import listed

COLUMNS = (
    Column("id", "编号", text_cell, required=True, unique=True),
    Column("colour", "颜色", code_of(("red", "blue"), {"红": "red", "蓝": "blue"}), default="red"),
    Column("decided", "决定", code_of(("yes", "no"), {"是": "yes"}), required=True, default="no"),
    Column("mass", "质量", amount_between(0, 100), numeric=True, units=("t",)),
)


def read(text, *checks):
    return read_table(text.encode(), "表.csv", COLUMNS, *checks)


def test_good_rows_become_typed_records_with_the_row_of_the_spreadsheet():
    table = read("编号,决定,质量(t),备注\na,是,1.5,x\n\nb,,,y\n")
    assert table.records == (
        {"id": "a", "colour": "red", "decided": "yes", "mass": 1.5, "row": 2},
        {"id": "b", "colour": "red", "decided": "no", "mass": None, "row": 4},
    )
    assert (table.rows, table.ignored, table.found) == (2, ("备注",), {"id", "decided", "mass"})


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("a,green,是,1", "表.csv 第 2 行，colour 列，值“green”：应为 red、blue 之一（或 红、蓝）。"),
        ("a,红,是,101", "表.csv 第 2 行，mass 列，值“101”：应在 0 与 100 之间。"),
        ('a,红,是,"1,5"', "表.csv 第 2 行，mass 列，值“1,5”：应为数字；逗号只用来隔开三位一组，小数点应为“.”。"),
        (",红,是,1", "表.csv 第 2 行，id 列，值“”：不能为空。"),
        ("a,红,是,1\na,红,是,1", "表.csv 第 3 行，id 列，值“a”：与第 2 行重复。"),
    ],
)
def test_what_is_wrong_is_said_with_file_row_column_value_and_what_is_allowed(row, sentence):
    table = read(f"id,colour,decided,mass\n{row}\n")
    assert table.error_sentences == [sentence]
    with pytest.raises(DataError) as refused:
        table.refuse_errors()
    assert str(refused.value) == sentence


def test_a_row_with_any_error_is_left_out_whole_and_the_others_are_kept():
    table = read("id,decided,mass\na,是,1\nb,maybe,many\nc,是,3\n")
    assert [record["id"] for record in table.records] == ["a", "c"]
    assert [(error.row, error.column) for error in table.errors] == [(3, "decided"), (3, "mass")]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("id,mass", "缺少必需的列：decided（决定）"),
        ("id,decided,编号", "第 1 行有两列都是“id”：第 1 列与第 3 列"),
        ("id,decided,质量(kg)", "单位是 kg；可用的单位：t"),
    ],
)
def test_a_header_that_cannot_be_understood_refuses_the_file(header, problem):
    with pytest.raises(DataError, match=problem):
        read(f"{header}\na,是,1\n")


def test_a_row_is_checked_as_a_whole_and_knows_the_units_of_the_header():
    def heavy_is_blue(row: Row):
        if (row.record.get("mass") or 0) < 50 or row.record.get("colour") == "blue":
            return []
        return [row.wrong("mass", N_("应在 {low:g} 与 {high:g} 之间"), low=0, high=50)]

    units = []
    table = read(
        "id,colour,decided,质量(t)\na,红,是,60.0\nb,蓝,是,60\n",
        heavy_is_blue,
        lambda row: units.append(row.header_units["mass"]) or [],
    )
    assert table.error_sentences == ["表.csv 第 2 行，mass 列，值“60”：应在 0 与 50 之间。"]
    assert [record["id"] for record in table.records] == ["b"]
    assert units == [["t"], ["t"]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234.5", 1234.5), ("1，234", 1234), ("１２．５", 12.5), ("-3", -3), ("1e3", 1000), (" 7 ", 7)],
)
def test_numbers_as_offices_write_them(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["1,5", "1,2345", "12万", "", "nan", "inf", "1.2.3", "六", "1_000"])
def test_what_may_be_read_in_two_ways_or_is_no_number_is_asked_back(text):
    with pytest.raises(CellError):
        number_of(text)


@pytest.mark.parametrize("sign", "\u2028\u2029\x0b\x1c\x1f\x85\u202e\u2066\u061c\u200b\ufeff")
@pytest.mark.parametrize("place", ["{}甲站", "甲{}站", "甲站{}"])
def test_a_sign_that_nobody_sees_is_named_wherever_it_stands_in_a_name(sign, place):
    columns = (*COLUMNS, Column("name", "名称", text_cell))
    table = read_table(f'x,id,decided,name\n,a,是,"{place.format(sign)}"\n'.encode(), "表.csv", columns)
    assert [doubt.message for doubt in table.doubts] == [f"有看不见的字符：U+{ord(sign):04X}"]


@pytest.mark.parametrize("sign", "\u2028\x0b\x1f\x85\u200b")
@pytest.mark.parametrize(("column", "value"), [("id", "a"), ("decided", "是"), ("mass", "60")])
def test_a_sign_that_nobody_sees_is_no_blank_beside_an_id_a_word_or_a_number(sign, column, value):
    row = {"id": "a", "decided": "是", "mass": "1"} | {column: value + sign}
    columns = (Column("id", "编号", id_cell), *COLUMNS[1:])
    table = read_table(f"{','.join(row)}\n{','.join(row.values())}\n".encode(), "表.csv", columns)
    assert [error.column for error in table.errors] == [column]


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u3000", "\u2009"])
def test_blanks_round_a_cell_are_no_part_of_it(blank):
    row = ",".join(f'"{blank}{cell}{blank}"' for cell in ("a", "是", "60"))
    table = read(f"id,decided,mass\n{row}\n")
    assert [(record["id"], record["decided"], record["mass"]) for record in table.records] == [("a", "yes", 60)]


def test_of_many_faults_the_first_are_said_and_the_others_counted():
    table = read("id,decided,mass\n" + "".join(f"a{number},是,x\n" for number in range(1_000)))
    assert len(table.error_sentences) == 21
    assert table.error_sentences[-1] == "表.csv：还有 980 处。"
    assert len(table.errors) == 1_000


@given(st.lists(st.text(alphabet="AaＡА \u200bB", max_size=4), max_size=8))
def test_look_alikes_are_what_a_blind_comparison_of_all_pairs_finds(texts):
    def seen(text):
        return "".join({"А": "A", "Ａ": "A"}.get(sign, sign) for sign in text if sign not in " \u200b").lower()

    alike = look_alikes(texts)
    for later, text in enumerate(texts):
        firsts = [at for at, other in enumerate(texts[:later]) if other and text and seen(other) == seen(text)]
        expected = firsts[0] if firsts and texts[firsts[0]] != text else None
        assert alike.get(later) == expected


@pytest.mark.parametrize(
    ("count", "said"), [(2, "x0、x1"), (20, "x19"), (21, "x19 等 21 个"), (25_000, "等 25,000 个")]
)
def test_a_sentence_lists_the_first_of_many_names_and_how_many_there_are(count, said):
    text = listed(f"x{number}" for number in range(count))
    assert text.endswith(said)
    assert len(text) < 200
    assert listed(["y" * 10_000]) == "y" * 100 + "…"


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_with_separators_is_the_number(value):
    assert number_of(f"{value:,.6f}") == pytest.approx(value, abs=1e-6)


def test_an_empty_table_has_the_types_of_a_full_one():
    full = typed_frame(read("id,decided,mass\na,是,1\n").records, COLUMNS)
    empty = typed_frame(read("id,decided,mass\n").records, COLUMNS)
    assert list(empty) == list(full)
    assert empty["mass"].dtype == full["mass"].dtype == float


def test_a_version_changes_with_the_content_and_with_how_it_is_read():
    versions = [content_version(b"a"), content_version(b"b"), content_version(b"a", "gcj02")]
    assert len(set(versions)) == 3
    assert versions[0] == content_version(b"a")
