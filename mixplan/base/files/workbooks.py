"""The sheets of an XLSX workbook, read in one go: only what belongs to the table is kept, the rest costs nothing."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.files.cellstyles import CellStyles, cell_styles
from mixplan.base.files.packages import PackageLimits, check_list, open_package
from mixplan.base.files.xmlparts import EnoughError, hear
from mixplan.base.i18n import gettext as _

MAX_COLUMNS = 256
MAX_CELLS = 500_000
_MAX_STRINGS = 500_000
_LIMITS = PackageLimits(part_bytes=60 * 2**20)
_MAX_STRING_BYTES = 20 * 2**20
_MAX_TEXT = 20 * 2**20  # characters of a whole table, a text that cells share counted in each of them
_LONGEST_TEXT = 32_767  # characters of a cell, as Excel has it
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile("_x((?![dD][89a-fA-F])[0-9a-fA-F]{4})_")  # half characters stay as they are written
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


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
    try:
        sheets, styles = _sheets(content, package, name)
        shown = next((sheet for sheet in sheets if sheet.state == "visible"), sheets[0])
        strings = _shared_strings(package, name)
        cells = _Cells(name, shown.title, strings, styles)
        hear(package, shown.path, cells)
        _check_size(cells, max_rows)
        left = [sheet for sheet in sheets if sheet is not shown and _has_content(package, sheet)]
    except DataError:
        raise
    except Exception as fault:  # damage is met in many ways
        text = _("{file} 不是可以读取的 XLSX 工作簿：内部结构不完整或已损坏，请在 Excel 中重新保存。")
        raise DataError(text.format(file=name)) from fault
    hidden = tuple(sheet.title for sheet in (shown, *left) if sheet.state != "visible")
    return Workbook(cells.table(), shown.title, tuple(sheet.title for sheet in left), hidden)


@dataclass(frozen=True)
class _Sheet:
    title: str
    state: str
    path: str


def _sheets(content: bytes, package: zipfile.ZipFile, name: str) -> tuple[list[_Sheet], CellStyles]:
    """Sheets in the workbook's order, and what their cells' styles make of numbers."""
    from openpyxl.reader.excel import ExcelReader  # here, for most commands read no workbook and should not wait for it

    reader = ExcelReader(io.BytesIO(content), read_only=True, keep_links=False)
    reader.read_manifest()
    books = {"xl/workbook.xml", *(part.PartName.lstrip("/") for part in reader.package.Override if _is_book(part))}
    for path in books.intersection(package.namelist()):
        check_list(package.getinfo(path), name)
    reader.read_workbook()
    there = set(reader.valid_files)
    found = [
        _Sheet(sheet.name, sheet.state, link.target)
        for sheet, link in reader.parser.find_sheets()
        if link.target in there and "chartsheet" not in link.Type
    ]
    return found, cell_styles(package, reader.wb.epoch)


def _is_book(part: Any) -> bool:
    return str(part.ContentType).endswith(".main+xml")


def _shared_strings(package: zipfile.ZipFile, name: str) -> list[str]:
    """The texts that cells share; all of them are kept at once, so there must not be more than a table can need."""
    part = next((part for part in package.infolist() if part.filename.lower().endswith("sharedstrings.xml")), None)
    if part is None:
        return []
    texts = _Texts(name)
    if part.file_size <= _MAX_STRING_BYTES:
        hear(package, part.filename, texts)
    if part.file_size > _MAX_STRING_BYTES or len(texts.found) > _MAX_STRINGS:
        raise DataError(
            _("{file} 里的文字太多（上限 {limit:,} 段或 {size:,.0f} MB），请只留下要导入的表格。").format(
                file=name, limit=_MAX_STRINGS, size=_MAX_STRING_BYTES / 2**20
            )
        )
    return texts.found


@dataclass
class _Texts:
    """Hears the table of shared texts: the runs of each joined, without how they are pronounced."""

    file: str
    found: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    inside: bool = False
    spoken: bool = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self.inside = not self.spoken
        elif tag == "si":
            self.pieces, self.length = [], 0
        elif tag == "rPh":
            self.spoken = True

    def text(self, data: str) -> None:
        if self.inside:
            self.length += len(data)
            _check_length(self.length, self.file)
            self.pieces.append(data)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self.inside = False
        elif tag == "rPh":
            self.spoken = False
        elif tag == "si":
            self.found.append(_unescaped("".join(self.pieces)))
            if len(self.found) > _MAX_STRINGS:
                raise EnoughError


@dataclass
class _Cells:
    """Hears a sheet cell by cell; keeps what lies under the header, which is row 1.

    Attributes
    ----------
    strings : list of str
        Texts that cells share.
    styles : CellStyles
        Make dates and percentages of numbers.
    width : int
        Columns of the header, up to its last filled cell; what lies right of it belongs to no column.
    kept : dict
        Values by row, each by column.
    """

    file: str
    sheet: str
    strings: list[str]
    styles: CellStyles
    width: int = 0
    kept: dict[int, dict[int, Any]] = field(default_factory=dict)
    count: int = 0
    characters: int = 0
    row: int = 0
    column: int = 0
    kind: str = "n"
    style: str = "0"
    texts: dict[str, str] = field(default_factory=dict)
    inside: str = ""
    spoken: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("v", "f", "t"):
            if tag == "v" and tag in self.texts:
                raise ValueError(tag)  # two values in a cell, of which nobody knows which is meant
            self.inside = "" if self.spoken else tag
        elif tag == "c":
            self.count += 1
            if self.count > MAX_CELLS:
                raise DataError(
                    _("{file} 的工作表“{sheet}”超过 {limit:,} 个单元格，请只留下要导入的表格。").format(
                        file=self.file, sheet=self.sheet, limit=MAX_CELLS
                    )
                )
            self._place(attributes.get("r"))
            self.kind, self.style, self.texts = attributes.get("t", "n"), attributes.get("s", "0"), {}
        elif tag == "row":
            self.row = _whole(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
        elif tag == "rPh":
            self.spoken = True

    def text(self, data: str) -> None:
        if self.inside:
            self.texts[self.inside] = self.texts.get(self.inside, "") + data
            _check_length(len(self.texts[self.inside]), self.file)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("v", "f", "t"):
            self.inside = ""
        elif tag == "c":
            if self.texts and (self.row == 1 or self.column <= self.width):
                self._keep(self._value())
        elif tag == "rPh":
            self.spoken = False

    def _keep(self, value: Any) -> None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        if isinstance(value, str):
            self.characters += len(value)
            if self.characters > _MAX_TEXT:
                raise DataError(
                    _("{file} 的工作表“{sheet}”里的文字超过 {limit:,} 个字符，请只留下要导入的表格。").format(
                        file=self.file, sheet=self.sheet, limit=_MAX_TEXT
                    )
                )
        if self.row == 1:
            self.width = max(self.width, self.column)
        if self.kept.setdefault(self.row, {}).setdefault(self.column, value) is not value:
            raise DataError(
                _("{file} 的工作表“{sheet}”{cell} 格出现了不止一次，无法判断该读哪一个。文件可能已损坏。").format(
                    file=self.file, sheet=self.sheet, cell=_reference(self.row, self.column)
                )
            )

    def _value(self) -> Any:
        """What the cell holds; a formula that was saved without its result stays visible as text, to be refused."""
        kind, stored = self.kind, self.texts.get("v", "")
        if kind == "inlineStr":
            return _unescaped(self.texts.get("t", ""))
        if not stored.strip():
            formula = self.texts.get("f", "").strip()
            return "=" + formula if formula else None
        if kind in ("str", "e", "d"):
            return _unescaped(stored)
        if kind == "n" and _NUMBER.fullmatch(stored.strip()):
            return self.styles.shown(_whole(self.style), float(stored))
        if kind in ("s", "b") and stored.isascii() and stored.isdigit():
            return self.strings[int(stored)] if kind == "s" else stored != "0"
        raise DataError(
            _("{file} 的工作表“{sheet}”{cell} 格里存的不是一个数：“{value}”。文件可能已损坏。").format(
                file=self.file, sheet=self.sheet, cell=_reference(self.row, self.column), value=stored[:40]
            )
        )

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise ValueError(reference)
        self.column = 0
        for letter in found[1]:
            self.column = 26 * self.column + ord(letter) - 64
        self.row = int(found[2])

    def table(self) -> list[list[Any]]:
        """Rows from the first on, each as wide as the header."""
        columns = range(1, self.width + 1)
        rows = (self.kept.get(row, {}) for row in range(1, max(self.kept, default=0) + 1))
        return [[row.get(column) for column in columns] for row in rows]


def _unescaped(text: str) -> str:
    """A text as Excel shows it: ``_x200B_`` stands for a sign by its code point, ``_x005F_`` for an underscore."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _check_length(length: int, file: str) -> None:
    if length > _LONGEST_TEXT:
        raise DataError(
            _("{file} 里有一格的文字超过 {limit:,} 个字符，Excel 的一格放不下。").format(file=file, limit=_LONGEST_TEXT)
        )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise ValueError(text)
    return int(text)


def _reference(row: int, column: int) -> str:
    """A cell's place as spreadsheets write it."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@dataclass
class _Anything:
    """Hears a sheet until something stands in it."""

    found: bool = False
    inside: bool = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self.inside = tag.rpartition(":")[2] in ("v", "f", "t")

    def text(self, data: str) -> None:
        if self.inside and data.strip():
            self.found = True
            raise EnoughError

    def end(self, _tag: str) -> None:
        self.inside = False


def _has_content(package: zipfile.ZipFile, sheet: _Sheet) -> bool:
    # Excel adds empty sheets to every new workbook; of those there is nothing to say.
    heard = _Anything()
    hear(package, sheet.path, heard)
    return heard.found


def _check_size(cells: _Cells, max_rows: int) -> None:
    if cells.width > MAX_COLUMNS:
        raise DataError(
            _("{file} 的工作表“{sheet}”第 1 行直到第 {width:,} 列还有内容，上限是 {limit} 列。").format(
                file=cells.file, sheet=cells.sheet, width=cells.width, limit=MAX_COLUMNS
            )
        )
    if (last := max(cells.kept, default=0)) > max_rows + 1:
        raise DataError(
            _("{file} 的工作表“{sheet}”直到第 {row:,} 行还有内容；超过 {limit:,} 行，请分开导入。").format(
                file=cells.file, sheet=cells.sheet, row=last, limit=max_rows
            )
        )
