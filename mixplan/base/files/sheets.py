"""Files that leave the workbench, as bytes: tables for spreadsheets and GIS, safe to open."""

import io
import re
import unicodedata

import pandas as pd

from mixplan.base.files.archives import steady_zip
from mixplan.base.files.jsontext import is_missing
from mixplan.base.i18n import gettext as _

# Characters that XML, and so a workbook, cannot hold; and those that a sheet's name cannot.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]\x00-\x1f]")
# A cell that begins with one of these, full-width or after white space too, is run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@")


def neutral(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets a leading apostrophe; everything else stays."""
    if not isinstance(value, str):
        return value
    text = _NOT_IN_XML.sub("", value)
    runs = unicodedata.normalize("NFKC", text).lstrip().startswith(_FORMULA_STARTS)
    return "'" + text if runs else text


def table_csv(table: pd.DataFrame, *, origin: str = "") -> bytes:
    """A table as CSV in UTF-8 with byte-order mark, which Excel on a Chinese Windows reads without asking.

    Parameters
    ----------
    origin : str
        What it was made from, as a last column: no reader of tables has to know of it, as it would of a comment line.
    """
    if origin:
        table = table.assign(**{_("项目和版本"): origin})
    return b"\xef\xbb\xbf" + table.rename(columns=neutral).map(neutral).to_csv(
        index=False, lineterminator="\r\n"
    ).encode("utf-8")


def workbook_xlsx(sheets: dict[str, pd.DataFrame]) -> bytes:
    """Tables as an XLSX workbook: one sheet each, typed cells, frozen header with filters, sensible widths."""
    import openpyxl  # here, for most commands write no workbook and should not wait for it

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, table in sheets.items():
        sheet = book.create_sheet(_NOT_IN_TITLES.sub(" ", title)[:31])
        sheet.append([neutral(str(column)) for column in table.columns])
        for row in table.itertuples(index=False):
            sheet.append([None if is_missing(cell) else neutral(cell) for cell in row])
        for cell in sheet[1]:
            cell.font = openpyxl.styles.Font(bold=True)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
        for number, column in enumerate(table.columns, start=1):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(number)].width = _width(table, column)
    buffer = io.BytesIO()
    book.save(buffer)
    return steady_zip(buffer.getvalue())


def _width(table: pd.DataFrame, column: str) -> float:
    """Column width in characters; a Chinese character takes two."""
    texts = [str(column), *map(str, table[column].head(200))]
    widest = max(sum(2 if ord(c) > 0x2E80 else 1 for c in text) for text in texts)
    return min(max(widest + 3, 8), 60)
