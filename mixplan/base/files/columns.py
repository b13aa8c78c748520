"""Typed columns: how a cell is read, and what is wrong where it can't be."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.files.text import BLANKS, hidden_characters, trimmed, visible
from mixplan.base.files.units import header_units
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed

# Full-width digits, letters and signs as they stand on a keyboard.
_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_NUMBER = re.compile(r"[+-]?(?:(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+")
_LARGEST = 1e15  # no plan, place or price is larger, and up to here every whole number is exact
_LONGEST_ID = 100
_SHOWN = 200  # characters of a cell in a sentence about it


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell of a register; `row` counts as the spreadsheet does, the header is row 1.

    The text is put into words when it is read, in the language then in force.
    """

    row: int
    column: str
    value: str
    text: str
    details: tuple[tuple[str, Any], ...] = ()

    @property
    def message(self) -> str:
        """What is wrong and what is allowed, in words."""
        return _(self.text).format(**{key: _words(value) for key, value in self.details})


class CellError(ValueError):
    """Raised while one cell is read; becomes a `RowError` once its row and column are known."""

    def __init__(self, text: str, **details: Any) -> None:
        super().__init__(text)
        self.text, self.details = text, tuple(details.items())


def shown(value: Any) -> str:
    """A value as a sentence about it quotes it: the beginning of a long one."""
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _words(value: Any) -> Any:
    return _("、").join(value) if isinstance(value, tuple) else value


def plain_header(text: str) -> str:
    """A header or word without case, full-width forms, spaces and anything in brackets."""
    return re.sub(rf"\(.*?\)|[{BLANKS}]", "", unicodedata.normalize("NFKC", text)).lower()


def text_cell(value: str) -> str:
    """A cell that is taken as it stands, unless there is nothing in it that anybody sees.

    Raises
    ------
    CellError
        Naming the code points that nobody sees.
    """
    if not visible(value):
        raise CellError(N_("只有看不见的字符：{characters}"), characters=hidden_characters(value))
    return value


def id_cell(value: str) -> str:
    """A cell by which a row is known: nothing in it may be hidden, or two rows would look the same.

    Raises
    ------
    CellError
        Naming the code points that nobody sees.
    """
    if not trimmed(value):
        raise CellError(N_("不能为空"))
    if trimmed(value) != value:
        raise CellError(N_("编号前后不能有空格或换行"))
    if hidden := hidden_characters(value):
        raise CellError(N_("编号中有看不见的字符：{characters}"), characters=hidden)
    if _ROUNDED.fullmatch(value):
        raise CellError(N_("编号像是被表格软件改成了科学计数，末尾的数字已经丢失；请把这一列设为文本后重新填写"))
    if len(value) > _LONGEST_ID:
        raise CellError(N_("编号不应超过 {most} 个字符"), most=_LONGEST_ID)
    return value


def code_of(allowed: Iterable[str], words: dict[str, str]) -> Callable[[str], str]:
    """How a cell is read that holds one of some codes, or a word for one."""
    allowed = tuple(allowed)
    words = {plain_header(word): code for word, code in words.items()}

    def parse(value: str) -> str:
        plain = plain_header(value)
        code = words.get(plain, trimmed(value).lower())
        if code not in allowed:
            # The codes first, then the Chinese words for them.
            raise CellError(N_("应为 {allowed} 之一（或 {words}）"), allowed=allowed, words=tuple(words))
        return code

    return parse


def number_of(value: str) -> float:
    """A text's number, full-width digits and separators between groups of three included.

    Raises
    ------
    CellError
        Where it is none: "1,5" may mean 1.5 and is asked back, and so is "1_5", which only Python reads as 15.
    """
    plain = trimmed(value).translate(_HALF_WIDTH)
    if not _NUMBER.fullmatch(plain):
        raise CellError(_no_number(plain))
    amount = float(plain.replace(",", ""))
    if not abs(amount) <= _LARGEST:
        raise CellError(N_("应为数字，而这个数太大"))
    return amount + 0.0  # a nought has no sign


def _no_number(text: str) -> str:
    """Why a text is no number, in words."""
    if hidden_characters(text):
        return N_("应为数字，其中有看不见的字符")
    if "_" in text:
        return N_("应为数字，不能有下划线")
    if "," in text:
        return N_("应为数字；逗号只用来隔开三位一组，小数点应为“.”")
    if re.fullmatch(r"[+-]?(?:nan|inf(?:inity)?)", text, re.IGNORECASE):
        return N_("应为数字，不能是 nan 或 inf")
    if any(c.isdigit() and not c.isascii() for c in text):
        return N_("应为数字，只认 0–9")
    return N_("应为数字")


def amount_between(low: float, high: float) -> Callable[[str], float]:
    """How a cell is read that holds a number within limits."""

    def parse(value: str) -> float:
        amount = number_of(value)
        if not low <= amount <= high:
            raise CellError(N_("应在 {low:g} 与 {high:g} 之间"), low=low, high=high)
        return amount

    return parse


def year_of(value: str) -> float:
    """A cell's year: a whole number, as a float beside years that are missing."""
    year = amount_between(1900, 2100)(value)
    if year != int(year):
        raise CellError(N_("应为整数年份"))
    return year


@dataclass(frozen=True)
class Column:
    """One column of a table: its code, its Chinese header, how a cell is read, and what an empty cell means.

    A required column must be there, and where it has no default its cells must be filled. ``units`` are those that a
    header may state in brackets, ``per`` what they may be counted by; a column without units takes any header. No value
    may stand twice in a unique column.
    """

    code: str
    header: str
    parse: Callable[[str], Any]
    required: bool = False
    default: Any = None
    synonyms: tuple[str, ...] = ()
    numeric: bool = False
    unique: bool = False
    units: tuple[str, ...] = ()
    per: tuple[str, ...] = ()


def _header_codes(columns: tuple[Column, ...]) -> dict[str, str]:
    return {
        plain_header(spelling): column.code
        for column in columns
        for spelling in (column.code, column.header, *column.synonyms)
    }


def columns_of(header: list[str], name: str, columns: tuple[Column, ...]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Position of each known column, and the headers that belong to none."""
    codes = _header_codes(columns)
    positions: dict[str, int] = {}
    ignored = []
    for position, cell in enumerate(header):
        code = codes.get(plain_header(cell))
        if code is None:
            if cell:
                ignored.append(cell)
            continue
        if code in positions:
            raise DataError(
                _("{file} 第 1 行有两列都是“{column}”：第 {first} 列与第 {second} 列。").format(
                    file=name, column=code, first=positions[code] + 1, second=position + 1
                )
            )
        _check_header_unit(cell, name, next(column for column in columns if column.code == code))
        positions[code] = position
    missing = [f"{c.code}（{c.header}）" for c in columns if c.required and c.code not in positions]
    if missing:
        raise DataError(
            _("{file} 缺少必需的列：{missing}；第 1 行读到的是：{found}。").format(
                file=name, missing=_("、").join(missing), found=listed(cell for cell in header if cell) or "—"
            )
        )
    return positions, tuple(ignored)


def _check_header_unit(header: str, name: str, column: Column) -> None:
    """Refuse a header whose brackets hold a unit that is not the column's own: its cells would be misread."""
    if not column.units:
        return
    units, pers = header_units(header)
    if set(units) <= set(column.units) and set(pers) <= set(column.per):
        return
    allowed = [*column.units, *(f"{unit}/{per}" for unit in column.units for per in column.per)]
    raise DataError(
        _(
            "{file} 第 1 行，{column} 列，列名“{header}”中的单位是 {unit}；可用的单位：{allowed}。请换算后再导入。"
        ).format(
            file=name,
            column=column.code,
            header=header,
            unit="/".join(dict.fromkeys(units + pers)),
            allowed=_("、").join(allowed),
        )
    )


def read_row(
    row: list[str], positions: dict[str, int], number: int, columns: tuple[Column, ...]
) -> tuple[dict[str, Any], list[RowError]]:
    """Values of one row by column code, and an error for each cell that cannot be read."""
    record: dict[str, Any] = {}
    errors = []
    for column in columns:
        position = positions.get(column.code)
        cell = row[position] if position is not None and position < len(row) else ""
        if not cell:
            record[column.code] = column.default
            if column.required and column.default is None:
                errors.append(RowError(number, column.code, "", N_("不能为空")))
            continue
        try:
            record[column.code] = column.parse(cell)
        except CellError as error:
            errors.append(RowError(number, column.code, cell, error.text, error.details))
    return record, errors


def error_sentence(error: RowError, name: str) -> str:
    """One row error as a whole sentence."""
    return _("{file} 第 {row} 行，{column} 列，值“{value}”：{message}。").format(
        file=name, row=error.row, column=error.column, value=shown(error.value), message=error.message
    )
