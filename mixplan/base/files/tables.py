"""Tables that planners bring: good rows as typed records, what is wrong in the others, what was not read."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import Sheets, read_cells
from mixplan.base.files.columns import Column, RowError, columns_of, error_sentence, read_row
from mixplan.base.files.looks import odd_texts
from mixplan.base.files.units import header_units
from mixplan.base.i18n import N_
from mixplan.base.problems import first_said


def _sentences(errors: Sequence[RowError], name: str) -> list[str]:
    return first_said((error_sentence(error, name) for error in errors), len(errors), name)


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """What is known of a table that was read, whatever its rows are about.

    Attributes
    ----------
    name : str
        Name of the file.
    version : str
        Short hash of the content and of how it was read.
    rows : int
        Rows in the file, good and bad.
    errors : tuple of RowError
        Everything that keeps a row out, by row; a row with an error is left out whole.
    ignored : tuple of str
        Headers that belong to no known column.
    sheets : Sheets
        Which sheet of a workbook was read, and which were not.
    doubts : tuple of RowError
        What is odd in rows that are kept: characters that nobody sees, rows that look alike.
    """

    name: str
    version: str = ""
    rows: int = 0
    errors: tuple[RowError, ...] = ()
    ignored: tuple[str, ...] = ()
    sheets: Sheets = field(default_factory=Sheets)
    doubts: tuple[RowError, ...] = ()

    @property
    def notes(self) -> list[str]:
        """What else a reader of the file should know, in sentences."""
        return [*self.sheets.notes(self.name), *_sentences(self.doubts, self.name)]

    @property
    def error_sentences(self) -> list[str]:
        """What is wrong in the first cells, a sentence each with what is allowed, and how many more there are."""
        return _sentences(self.errors, self.name)

    def refuse_errors(self) -> None:
        """Refuse the file if any row is wrong; none is left out silently.

        Raises
        ------
        DataError
            Naming file, row, column, value and what is allowed, for the first wrong cells, and how many more there are.
        """
        if self.errors:
            raise DataError("\n".join(self.error_sentences))


@dataclass(frozen=True, kw_only=True)
class Table(TableFile):
    """A table whose cells have been read.

    Attributes
    ----------
    records : tuple of dict
        The good rows: column code to value, and ``row``, the number that a spreadsheet gives the row.
    found : frozenset of str
        Codes of the columns that the file has.
    """

    records: tuple[dict[str, Any], ...] = ()
    found: frozenset[str] = frozenset()

    def about(self) -> dict[str, Any]:
        """What is known of the file, to be handed on to what is made of its rows."""
        return {name: getattr(self, name) for name in TableFile.__dataclass_fields__}


def typed_frame(records: Iterable[Mapping[str, Any]] | pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Records as a table of the columns: numbers as floats, missing ones as NaN; other empty cells as their default."""
    rows = records if isinstance(records, pd.DataFrame) else list(records)
    frame = pd.DataFrame(rows).reindex(columns=[column.code for column in columns])
    for column in columns:
        if column.numeric:
            frame[column.code] = frame[column.code].astype(float)
        elif column.default is not None:
            frame[column.code] = frame[column.code].astype(object).fillna(column.default)
    return frame


@dataclass(frozen=True)
class Row:
    """One row while it is checked as a whole; a value whose cell is wrong is not among its values.

    Attributes
    ----------
    number : int
        As a spreadsheet counts; the header is row 1.
    record : dict
        Column code to value; a check may fill in what follows from the others.
    header_units : dict
        The units that each column's header states.
    """

    number: int
    record: dict[str, Any]
    header_units: dict[str, list[str]]

    def wrong(self, column: str, text: str, **details: Any) -> RowError:
        """An error at one of the row's values; ``text`` says what is allowed and is translated when it is read."""
        value = self.record.get(column)
        shown = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        return RowError(self.number, column, shown, text, tuple(details.items()))


Check = Callable[[Row], list[RowError]]


def content_version(content: bytes, *how: object) -> str:
    """Twelve digits that change with any byte of a file, and with how it was read."""
    return hashlib.sha256(content + "|".join(map(str, how)).encode()).hexdigest()[:12]


def read_table(content: bytes, name: str, columns: tuple[Column, ...], *checks: Check) -> Table:
    """Read a CSV or XLSX table: good rows become records, bad ones errors in words.

    Parameters
    ----------
    content, name : bytes, str
        The file and its name. CSV in UTF-8 or GB 18030, or XLSX (first sheet that is not hidden).
    columns : tuple of Column
        What the table may hold. Headers are the codes, the Chinese names or their synonyms.
    checks : callables
        Each looks at a row as a whole once its cells are read, and says what is wrong.

    Raises
    ------
    DataError
        Where the file cannot be read at all or lacks a required column.
    """
    header, rows, sheets = read_cells(content, name)
    try:
        positions, ignored = columns_of(header, name, columns)
    except DataError as error:
        raise DataError("\n".join((str(error), *sheets.notes(name)))) from None
    stated = {code: header_units(header[position])[0] for code, position in positions.items()}
    checks = (*checks, *(_no_value_twice(column.code) for column in columns if column.unique))
    records: list[dict[str, Any]] = []
    errors: list[RowError] = []
    for number, cells in rows:
        values, wrong = read_row(cells, positions, number, columns)
        wrong += _beyond_header(cells, len(header), number)
        row = Row(number, values, stated)
        for check in checks:
            wrong += check(row)
        errors += wrong
        if not wrong:
            records.append(values | {"row": number})
    return Table(
        name=name,
        version=content_version(content),
        rows=len(rows),
        errors=tuple(errors),
        ignored=ignored,
        sheets=sheets,
        records=tuple(records),
        found=frozenset(positions),
        doubts=odd_texts(records),
    )


def _beyond_header(cells: list[str], width: int, number: int) -> list[RowError]:
    """An error where a row goes on after the last header: mostly a comma without quotes has moved its cells."""
    if not (more := [cell for cell in cells[width:] if cell]):
        return []
    text = N_("这一行比第 1 行的列名多出 {count} 格；格中有逗号时要加双引号")
    return [RowError(number, str(width + 1), more[0], text, (("count", len(more)),))]


def _no_value_twice(column: str) -> Check:
    first_seen: dict[Any, int] = {}

    def check(row: Row) -> list[RowError]:
        value = row.record.get(column)
        if not value:
            return []
        first = first_seen.setdefault(value, row.number)
        return [] if first == row.number else [row.wrong(column, N_("与第 {row} 行重复"), row=first)]

    return check
