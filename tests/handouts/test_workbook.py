"""The workbook: typed, frozen, filtered, safe."""

import io

import openpyxl

from mixplan.base.i18n import set_language
from mixplan.handouts import tables, workbook


def test_the_workbook_is_typed_frozen_filtered_and_safe(workbook_file):
    book = openpyxl.load_workbook(io.BytesIO(workbook_file))
    assert {"摘要", "全部站点", "判定", "目标进度", "禁现区覆盖", "来源", "版本"} <= set(book.sheetnames)
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
        for row in sheet.iter_rows():
            assert not any(isinstance(cell.value, str) and cell.value.startswith("=") for cell in row)
    assert isinstance(book["目标进度"]["E2"].value, int | float)
    names = [row[1] for row in book["新线站点"].iter_rows(min_row=2, values_only=True)]
    assert names[0] == "'=站0"


def test_assumptions_are_numbers_in_the_workbook_and_units_english(plain):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.xlsx_bytes(plain)))["规则与假设"]
    values = [row[2].value for row in sheet.iter_rows(min_row=2)]
    assert 30.0 in values and not any(isinstance(v, str) and v.replace(".", "").isdigit() for v in values)
    set_language("en")
    units = set(tables.assumption_table(plain)["Unit"])
    set_language("zh")
    assert not {unit for unit in units if "年" in unit or "元" in unit}
