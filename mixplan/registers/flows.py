"""Deliveries in the JSON of a plan or a proposal: who supplies whom, and never more than a source has."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.columns import CellError, RowError, amount_between, id_cell, shown, year_of
from mixplan.base.files.looks import look_alikes
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _

AMOUNT: Callable[[str], float] = amount_between(0, 100_000)  # 万t or 万m³ a year
_ROUNDED = 1e-3  # what a capacity may be exceeded by, for amounts may have been rounded one by one
_READ: Mapping[str, Callable[[str], Any]] = {"amount": AMOUNT, "year": year_of}  # everything else is an id


def read_flows(flows: Any, name: str, columns: tuple[str, ...], *, optional: tuple[str, ...] = ()) -> pd.DataFrame:
    """Deliveries with a value in each column: ids, an ``amount`` and a ``year``; the optional ones may be missing.

    Raises
    ------
    DataError
        Naming the place in the list, the key, the value and what is allowed.
    """
    if not isinstance(flows, list) or not all(isinstance(flow, dict) for flow in flows):
        text = _("{file} 中的 flows 应为列表，每项有 {keys}。")
        raise DataError(text.format(file=name, keys=_("、").join(c for c in columns if c not in optional)))
    rows = [
        tuple(_value(flow, key, number, name, needed=key not in optional) for key in columns)
        for number, flow in enumerate(flows, start=1)
    ]
    found = pd.DataFrame(rows, columns=list(columns))
    points = found["demand"].drop_duplicates()
    for later, first in look_alikes(points).items():
        refuse_flow(name, int(points.index[later]), "demand", points.iloc[later], _looks_like(points.iloc[first]))
    return found


def _looks_like(other: str) -> str:
    return _("看上去与“{other}”相同，实际不同").format(other=shown(other))


def refuse_flow(name: str, row: int, key: str, value: Any, problem: str) -> None:
    """Refuse a file for one value of a delivery.

    Raises
    ------
    DataError
        Always.
    """
    raise DataError(
        _("{file} 中 flows 第 {number} 项的 {key} 是“{value}”：{problem}。").format(
            file=name, number=row + 1, key=key, value=shown(value), problem=problem
        )
    )


def _value(flow: Mapping[str, Any], key: str, number: int, name: str, *, needed: bool) -> Any:
    """An id, a year, or an amount of 0 or more."""
    value = flow.get(key)
    if value is None and not needed:
        return None
    try:
        if value is None or isinstance(value, dict | list | bool):
            raise CellError(N_("应为文字或数"))
        return _READ.get(key, id_cell)(str(value))
    except CellError as fault:
        problem = RowError(0, key, "", fault.text, fault.details).message
        return refuse_flow(name, number - 1, key, value, problem)


def refuse_overload(amounts: pd.Series, most: pd.Series, name: str, source: Callable[[Any], str]) -> None:
    """Refuse deliveries that come to more than their source's capacity.

    Parameters
    ----------
    amounts, most : Series
        What each source delivers, and what it has; a capacity that is not known limits nothing.
    source : callable
        What to call the source with a key of these.

    Raises
    ------
    DataError
        Naming the source, both numbers and what is allowed.
    """
    over = amounts > most.reindex(amounts.index).astype(float).fillna(float("inf")) * (1 + _ROUNDED) + _ROUNDED
    if over.any():
        key = over.idxmax()
        raise DataError(
            _("{file} 中{source}的 flows 合计 {amount:g}，超过它的产能 {capacity:g}；应不大于产能。").format(
                file=name, source=source(key), amount=amounts[key], capacity=most[key]
            )
        )
