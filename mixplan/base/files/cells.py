"""Rows of cells from CSV and XLSX, every cell as text, within limits."""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.reading import read_bytes
from mixplan.base.i18n import gettext as _

MAX_REGISTER_BYTES = 20 * 2**20
MAX_REGISTER_ROWS = 10_000  # Beijing has a few hundred plants; more is a wrong file


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


def _workbook(content: bytes, *, data_only: bool = False) -> Any:
    import openpyxl  # here, for most commands read no workbook and should not wait for it

    return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)


def _sheet_rows(content: bytes, *, data_only: bool) -> list[tuple[Any, ...]]:
    book = _workbook(content, data_only=data_only)
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
    book = _workbook(content)
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


def read_cells(content: bytes, name: str) -> tuple[list[str], list[tuple[int, list[str]]], Sheets]:
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


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a CSV with every cell as text, so that a check can name the cell exactly as it stands in the file.

    Raises
    ------
    DataError
        Where the file is missing or is no UTF-8 CSV.
    """
    try:
        return pd.read_csv(io.BytesIO(read_bytes(path)), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(_("{file} 不是可读的 UTF-8 CSV：{error}").format(file=path.name, error=error)) from None
