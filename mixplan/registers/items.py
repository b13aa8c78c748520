"""Lists in the JSON of plans and proposals, read value by value: what cannot be right is named with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.columns import CellError, RowError, amount_between, id_cell, shown
from mixplan.base.files.looks import look_alikes
from mixplan.base.files.text import printed
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _

AMOUNT: Callable[[str], float] = amount_between(0, 100_000)  # 万t or 万m³ a year
_ROUNDED = 1e-3  # a capacity may be exceeded by this much and this share, for amounts are rounded one by one


@dataclass(frozen=True)
class Items:
    """A list of objects in a JSON document.

    Attributes
    ----------
    file, key : str
        Name of the file and of the list, for messages.
    """

    file: str
    key: str
    rows: list[Mapping[str, Any]]

    @classmethod
    def of(cls, document: Mapping[str, Any], key: str, file: str) -> "Items":
        """The list under a key; empty where the document has none.

        Raises
        ------
        DataError
            Where it is no list of objects.
        """
        rows = document.get(key)
        rows = [] if rows is None else rows
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise DataError(_("{file} 中的 {key} 应为列表，每项是一个对象。").format(file=file, key=key))
        return cls(file, key, rows)

    def refusal(self, row: int, key: str, problem: str) -> DataError:
        """The error for one value of one row, which is counted from 0."""
        value = self.rows[row].get(key)
        return DataError(
            _("{file} 中 {list} 第 {number} 项的 {key} 是“{value}”：{problem}。").format(
                file=self.file,
                list=self.key,
                number=row + 1,
                key=key,
                value="null" if value is None else shown(value),
                problem=problem,
            )
        )

    def column(self, key: str, parse: Callable[[str], Any] = id_cell, *, needed: bool = True) -> list[Any]:
        """The value of every row under a key, read as a cell of a table is; ids if nothing else is asked for.

        Raises
        ------
        DataError
            Naming the row, the value and what is allowed.
        """
        return [self._value(row, key, parse, needed=needed) for row in range(len(self.rows))]

    def _value(self, row: int, key: str, parse: Callable[[str], Any], *, needed: bool) -> Any:
        value = self.rows[row].get(key)
        if value is None and not needed:
            return None
        try:
            if value is None or isinstance(value, dict | list | bool):
                raise CellError(N_("应为文字或数"))
            return parse(str(value))
        except CellError as fault:
            raise self.refusal(row, key, RowError(0, key, "", fault.text, fault.details).message) from None

    def refuse_look_alikes(self, key: str, ids: list[str]) -> None:
        """Refuse ids that differ and yet are printed the same: one of them is a slip, and nobody sees which.

        Raises
        ------
        DataError
            Naming both.
        """
        for later, first in look_alikes(ids, printed).items():
            raise self.refusal(later, key, _("看上去与“{other}”相同，实际不同").format(other=shown(ids[first])))


def refuse_overload(amounts: pd.Series, capacity: pd.Series, file: str, source: Callable[[Any], str]) -> None:
    """Refuse deliveries that come to more than their source's capacity.

    Parameters
    ----------
    amounts, capacity : Series
        What each source delivers, and what it has; a capacity that is not known limits nothing.
    source : callable
        What to call a source with a key of these.

    Raises
    ------
    DataError
        Naming the source and both numbers.
    """
    most = capacity.reindex(amounts.index).astype(float)
    over = amounts > most.fillna(float("inf")) * (1 + _ROUNDED) + _ROUNDED
    for key, amount, limit in zip(amounts.index[over], amounts[over], most[over], strict=True):
        raise DataError(
            _("{file} 中{source}的 flows 合计 {amount:g}，应不大于产能 {capacity:g}。").format(
                file=file, source=source(key), amount=amount, capacity=limit
            )
        )
