"""Rows of cells from CSV and XLSX, every cell as text, within limits."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.packages import is_package
from mixplan.base.files.reading import check_size, os_reason, read_bytes
from mixplan.base.files.text import decoded, trimmed
from mixplan.base.files.workbooks import MAX_COLUMNS, read_workbook
from mixplan.base.i18n import gettext as _

MAX_REGISTER_BYTES = 20 * 2**20
MAX_REGISTER_ROWS = 25_000  # Beijing has a few hundred plants; a country has tens of thousands
_MAX_LINES = 10 * MAX_REGISTER_ROWS  # blank lines included
_EXACT = 1e15


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
    book = read_workbook(content, name, max_rows=MAX_REGISTER_ROWS)
    return [[_cell_text(cell) for cell in row] for row in book.rows], Sheets(book.read, book.left, book.hidden)


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    # Beyond fifteen digits Excel rounds: such a number is no code any more, and is shown as it was stored.
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    return str(float(cell)) if isinstance(cell, int) and abs(cell) >= _EXACT else trimmed(str(cell))


def _cells_from_csv(content: bytes, name: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(decoded(content, name), newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append([trimmed(cell) for cell in row])
            if len(rows) > _MAX_LINES:
                raise DataError(_too_many_rows(name))
    except csv.Error as fault:
        too_long = "limit" in str(fault)
        problem = _("一格超过 {most:,} 个字符，可能少了引号") if too_long else _("引号没有成对，或引号后面还有文字")
        raise DataError(
            _("{file} 不是可以读取的 CSV：第 {line} 行附近，{problem}。").format(
                file=name, line=reader.line_num, problem=problem.format(most=csv.field_size_limit())
            )
        ) from None
    return rows


def _too_many_rows(name: str) -> str:
    return _("{file} 超过 {limit:,} 行，请分开导入。").format(file=name, limit=MAX_REGISTER_ROWS)


def read_cells(content: bytes, name: str) -> tuple[list[str], list[tuple[int, list[str]]], Sheets]:
    """Header and numbered, non-empty rows of a CSV or XLSX table, and which sheet they are from."""
    check_size(len(content), name, MAX_REGISTER_BYTES)
    if is_package(content):
        cells, sheets = _cells_from_xlsx(content, name)
    else:
        cells, sheets = _cells_from_csv(content, name), Sheets()
    if not cells or not any(cells[0]):
        empty = _("{file} 是空的：第 1 行应为列名，例如 {columns}。").format(file=name, columns="id,name,kind,lon,lat")
        raise DataError("\n".join((empty, *sheets.notes(name))))
    if len(cells[0]) > MAX_COLUMNS:
        raise DataError(
            _("{file} 第 1 行有 {width:,} 列，上限是 {limit} 列。").format(
                file=name, width=len(cells[0]), limit=MAX_COLUMNS
            )
        )
    rows = [(number, row) for number, row in enumerate(cells[1:], start=2) if any(row)]
    if len(rows) > MAX_REGISTER_ROWS:
        raise DataError(_too_many_rows(name))
    return cells[0], rows, sheets


def file_content(path: Path, *, limit: int = MAX_REGISTER_BYTES) -> bytes:
    """Content of a file that a planner names, or why it cannot be opened.

    Raises
    ------
    DataError
        Naming the file and the reason: missing, not readable, too large.
    """
    try:
        with path.open("rb") as file:
            # What is no plain file has no size of its own, so that no more than the limit is ever read.
            check_size(path.stat().st_size, path.name, limit)
            content = file.read(limit + 1)
    except OSError as error:
        raise DataError(_("打不开文件 {path}：{reason}。").format(path=path, reason=os_reason(error))) from error
    check_size(len(content), path.name, limit)
    return content


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a CSV with every cell as text, so that a check can name the cell exactly as it stands in the file.

    Raises
    ------
    DataError
        Where the file is missing or is no CSV.
    """
    text = decoded(read_bytes(path), path.name)
    try:
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(_("{file} 不是可读的 CSV：应有列名，每行的格数相同。").format(file=path.name)) from error
