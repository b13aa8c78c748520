"""Sheets of an XLSX workbook, looked through before a cell is kept: only what belongs to the table costs anything."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from mixplan.base.errors import DataError
from mixplan.base.files.packages import PackageLimits, open_package
from mixplan.base.i18n import gettext as _

MAX_COLUMNS = 256
MAX_CELLS = 500_000
_MAX_STRINGS = 500_000
_LIMITS = PackageLimits(part_bytes=60 * 2**20)
_MAX_STRING_BYTES = 20 * 2**20
_PIECE = 2**16
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_CELL_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


class _EnoughError(Exception):
    """Raised where the rest of a sheet need not be looked at."""


@dataclass
class _Look:
    """What is seen of one sheet while it is looked through.

    Attributes
    ----------
    width : int
        Columns of the header, up to its last filled cell; what lies right of it belongs to no column.
    last_row : int
        The last row with something in it below the header.
    formulas : dict
        Formulas saved without a result, by row and column.
    """

    file: str
    sheet: str
    first_only: bool
    width: int = 0
    last_row: int = 0
    cells: int = 0
    row: int = 0
    column: int = 0
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    kind: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    inside: str = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        if tag == "row":
            self.row = self._number(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
        elif tag == "c":
            self._place(attributes.get("r"))
            self.kind, self.texts = attributes.get("t", "n"), {}
            self.cells += 1
            if self.cells > MAX_CELLS:
                raise DataError(
                    _("{file} 的工作表“{sheet}”超过 {limit:,} 个单元格，请只留下要导入的表格。").format(
                        file=self.file, sheet=self.sheet, limit=MAX_CELLS
                    )
                )
        elif tag in ("v", "f", "t"):
            self.inside = tag

    def text(self, data: str) -> None:
        if self.inside:
            self.texts[self.inside] = self.texts.get(self.inside, "") + data

    def end(self, tag: str) -> None:
        tag = tag.rpartition(" ")[2]
        if tag in ("v", "f", "t"):
            self.inside = ""
        elif tag == "c" and any(text.strip() for text in self.texts.values()):
            self._filled()

    def _filled(self) -> None:
        if self.first_only:
            self.width = 1
            raise _EnoughError
        value = self.texts.get("v", "").strip()
        if value and not self._fits(value):
            raise DataError(
                _("{file} 的工作表“{sheet}”{cell} 格里存的不是一个数：“{value}”。文件可能已损坏。").format(
                    file=self.file, sheet=self.sheet, cell=self._name(), value=value[:40]
                )
            )
        if self.row == 1:
            self.width = max(self.width, self.column)
        if self.column <= self.width:
            self.last_row = max(self.last_row, self.row)
            if not value and self.texts.get("f", "").strip():
                self.formulas[self.row, self.column] = "=" + self.texts["f"].strip()

    def _fits(self, value: str) -> bool:
        """Whether a stored value is what its kind says: a number, or the number of a shared text."""
        if self.kind == "s":
            return value.isascii() and value.isdigit()
        return self.kind != "n" or _CELL_NUMBER.fullmatch(value) is not None

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise ValueError(reference)
        letters, row = found.groups()
        self.column = 0
        for letter in letters:
            self.column = 26 * self.column + ord(letter) - 64
        self.row = int(row)

    def _name(self) -> str:
        letters, column = "", self.column
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row}"

    @staticmethod
    def _number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 7):
            raise ValueError(text)
        return int(text)


@dataclass(frozen=True)
class Workbook:
    """The cells of the sheet that was read, and what there is besides.

    Attributes
    ----------
    rows : list of lists
        From row 1 on, each as wide as the header; a formula saved without its result is its text.
    read : str
        Name of the sheet.
    left, hidden : tuple of str
        Other sheets with something in them; those of all that are hidden.
    """

    rows: list[list[Any]]
    read: str
    left: tuple[str, ...]
    hidden: tuple[str, ...]


def read_workbook(content: bytes, name: str, *, max_rows: int) -> Workbook:
    """The first sheet that is not hidden: what is hidden is mostly a list of words for the others.

    Raises
    ------
    DataError
        Where it is no workbook, is damaged, or holds more rows, columns, cells or text than a table of plants can.
    """
    package = open_package(content, name, _("XLSX 工作簿"), _LIMITS)
    damaged = _("{file} 不是可以读取的 XLSX 工作簿：内部结构不完整或已损坏，请在 Excel 中重新保存。").format(file=name)
    try:
        _check_strings(package, name)
        book = _open(content)
        shown = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), book.worksheets[0])
        seen = _look_through(package, shown, name)
        _check_size(seen, max_rows)
        rows = _rows(shown, seen)
        left = [sheet for sheet in book.worksheets if sheet is not shown and _has_content(package, sheet, name)]
        hidden = tuple(sheet.title for sheet in (shown, *left) if sheet.sheet_state != "visible")
        book.close()
    except DataError:
        raise
    except Exception as fault:  # openpyxl meets damage in many ways
        raise DataError(damaged) from fault
    return Workbook(rows, shown.title, tuple(sheet.title for sheet in left), hidden)


def _open(content: bytes) -> Any:
    import openpyxl  # here, for most commands read no workbook and should not wait for it

    return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)


def _check_strings(package: zipfile.ZipFile, name: str) -> None:
    """Refuse more texts than the largest table can hold: all of them are kept at once."""
    for part in package.infolist():
        if part.filename.lower().endswith("sharedstrings.xml"):
            count = package.read(part).count(b"<si") if part.file_size <= _MAX_STRING_BYTES else _MAX_STRINGS + 1
            if count > _MAX_STRINGS:
                raise DataError(
                    _("{file} 里的文字太多（上限 {limit:,} 段或 {size:,.0f} MB），请只留下要导入的表格。").format(
                        file=name, limit=_MAX_STRINGS, size=_MAX_STRING_BYTES / 2**20
                    )
                )


def _look_through(package: zipfile.ZipFile, sheet: Any, name: str, *, first_only: bool = False) -> _Look:
    look = _Look(name, sheet.title, first_only)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = look.start, look.end
    parser.CharacterDataHandler = look.text
    with package.open(sheet._worksheet_path) as part:  # the path is openpyxl's to know
        try:
            while piece := part.read(_PIECE):
                parser.Parse(piece)
            parser.Parse(b"", True)
        except _EnoughError:
            pass
    return look


def _has_content(package: zipfile.ZipFile, sheet: Any, name: str) -> bool:
    # Excel adds empty sheets to every new workbook; of those there is nothing to say.
    return _look_through(package, sheet, name, first_only=True).width > 0


def _check_size(seen: _Look, max_rows: int) -> None:
    if seen.width > MAX_COLUMNS:
        raise DataError(
            _("{file} 的工作表“{sheet}”第 1 行直到第 {width:,} 列还有内容，上限是 {limit} 列。").format(
                file=seen.file, sheet=seen.sheet, width=seen.width, limit=MAX_COLUMNS
            )
        )
    if seen.last_row > max_rows + 1:
        raise DataError(
            _("{file} 的工作表“{sheet}”直到第 {row:,} 行还有内容；超过 {limit:,} 行，请分开导入。").format(
                file=seen.file, sheet=seen.sheet, row=seen.last_row, limit=max_rows
            )
        )


def _rows(sheet: Any, seen: _Look) -> list[list[Any]]:
    if seen.width == 0:
        return []
    sheet.reset_dimensions()  # some programs write a wrong size
    rows = [list(row) for row in sheet.iter_rows(values_only=True, max_row=seen.last_row, max_col=seen.width)]
    for (row, column), formula in seen.formulas.items():
        if row <= len(rows):
            rows[row - 1][column - 1] = formula
    return rows
