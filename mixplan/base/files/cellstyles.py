"""What the cells of a workbook show: numbers whose style makes dates or percentages of them."""

import contextlib
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mixplan.base.files.xmlparts import hear

_STYLES = "xl/styles.xml"
_DATE, _SPAN, _PERCENT = "date", "span", "percent"  # a day or hour, a length of time, a hundred times the number


@dataclass
class CellStyles:
    """Hears the styles of a workbook; makes of a number what its style shows.

    Attributes
    ----------
    epoch : datetime
        From which the workbook counts its days.
    kinds : list of str
        What each style of a cell makes of a number, empty where nothing.
    """

    epoch: datetime
    kinds: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    inside: str = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = tag.rpartition(":")[2]
        if tag in ("numFmts", "cellXfs"):
            self.inside = tag
        elif tag == "numFmt" and self.inside == "numFmts":
            self.codes[attributes["numFmtId"]] = attributes["formatCode"]
        elif tag == "xf" and self.inside == "cellXfs":
            self.kinds.append(self._kind(attributes.get("numFmtId", "0")))

    def text(self, _data: str) -> None:
        """Text within an element, of which styles have none."""

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag.rpartition(":")[2] == self.inside:
            self.inside = ""

    def _kind(self, number: str) -> str:
        from openpyxl.styles import numbers  # here, for most commands read no workbook and should not wait for it

        if number not in self.known:
            built_in = (
                numbers.BUILTIN_FORMATS.get(int(number))
                if number.isascii() and number.isdecimal() and len(number) < 7
                else None
            )
            code = self.codes.get(number, built_in)
            if numbers.is_date_format(code):
                self.known[number] = _SPAN if numbers.is_timedelta_format(code) else _DATE
            else:
                self.known[number] = _PERCENT if "%" in (code or "") else ""
        return self.known[number]

    def shown(self, style: int, value: float) -> Any:
        """A cell's number as what its style makes of it."""
        from openpyxl.utils.datetime import from_excel

        kind = self.kinds[style] if style < len(self.kinds) else ""
        if kind == _PERCENT:
            return f"{100 * value:.15g}%"  # as a CSV has it, so that 60 % is never read as 0.6
        if kind:
            with contextlib.suppress(OverflowError, ValueError):  # no day has so large a number: it stays one
                return from_excel(value, self.epoch, timedelta=kind == _SPAN)
        return value


def cell_styles(package: zipfile.ZipFile, epoch: datetime) -> CellStyles:
    """The styles of a workbook; without any, numbers are numbers."""
    styles = CellStyles(epoch)
    if _STYLES in package.namelist():
        hear(package, _STYLES, styles)
    return styles
