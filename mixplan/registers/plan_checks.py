"""Whether a consolidation plan from a file can be carried out: its actions, its ids, its deliveries."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.columns import shown, year_of
from mixplan.base.files.looks import look_alikes
from mixplan.base.files.text import printed
from mixplan.base.i18n import gettext as _
from mixplan.plan.actions import MERGE, RETAIN, STOPS, UPGRADE
from mixplan.registers.items import AMOUNT, Items, refuse_overload

Record = Mapping[str, Any]
"""What a plan says of a station: ``action``, perhaps ``into``, ``year``, ``capacity_before``, ``capacity`` after it."""

_NO_YEAR = 0.0
_ROUNDED = 1e-3


def check_actions(records: Mapping[str, Record], written: Mapping[str, Record], name: str) -> None:
    """Refuse what an action cannot mean; whether the register knows a station is seen where both are used.

    Parameters
    ----------
    written : mapping
        The same as the file says it: messages name its keys and values.

    Raises
    ------
    DataError
        Naming file, station, key, value and what is allowed.
    """
    for plant, record in records.items():
        for key, problem in (*_wrong_target(plant, record, records), *_wrong_capacity(record), *_wrong_year(record)):
            said = "capacity_after" if key == "capacity" and key not in written[plant] else key
            value = written[plant].get(said)
            raise DataError(
                _("{file} 中站点“{plant}”的 {column} 是“{value}”：{problem}。").format(
                    file=name,
                    plant=plant,
                    column=said,
                    value="null" if value is None else shown(value),
                    problem=problem,
                )
            )
    _check_ids(records, name)


def _wrong_target(plant: str, record: Record, records: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    action, into = record["action"], record.get("into")
    if action == MERGE and into is None:
        yield "into", _("整合（merge）应写明并入的站点")
    elif action != MERGE and into is not None:
        yield "into", _("只有整合（merge）的站点并入别的站点，{action} 应为 null").format(action=action)
    elif into == plant:
        yield "into", _("不能并入自己")
    elif into is not None and records.get(into, {}).get("action") in STOPS:
        yield "into", _("并入的站点自己也退出或被整合")


def _wrong_capacity(record: Record) -> Iterator[tuple[str, str]]:
    action, before, after = record["action"], record.get("capacity_before"), record.get("capacity")
    if action in STOPS and after:
        yield "capacity", _("退出或被整合的站点应为 0 或 null")
    if before is None or after is None:
        return
    slack = _ROUNDED * (1 + before)
    if action == RETAIN and abs(after - before) > slack:
        yield "capacity", _("保留的站点产能不变，应为 {before:g}").format(before=before)
    elif action == UPGRADE and after < before - slack:
        yield "capacity", _("改造的站点应不小于原来的 {before:g}").format(before=before)


def _wrong_year(record: Record) -> Iterator[tuple[str, str]]:
    if record["action"] == RETAIN and record.get("year") is not None:
        yield "year", _("保留的站点没有实施年份，应为 null")


def _check_ids(records: Mapping[str, Record], name: str) -> None:
    """Refuse ids that differ and yet are printed the same, also of stations that are merged into."""
    ids = [*records, *(record["into"] for record in records.values() if record.get("into"))]
    for later, first in look_alikes(ids, printed).items():
        raise DataError(
            _("{file} 中站点“{plant}”看上去与站点“{other}”相同，实际不同。").format(
                file=name, plant=shown(ids[later]), other=shown(ids[first])
            )
        )


def check_flows(flows: Items, records: Mapping[str, Record]) -> None:
    """Refuse deliveries of a station that the plan does not have, or of more than a station has in a year.

    Raises
    ------
    DataError
        Naming file, place in the list or station, value and what is allowed.
    """
    plants, years = flows.column("plant_id"), flows.column("year", year_of, needed=False)
    flows.refuse_look_alikes("demand", flows.column("demand"))
    if unknown := [row for row, plant in enumerate(plants) if plant not in records]:
        raise flows.refusal(unknown[0], "plant_id", _("actions 中没有这个站点"))
    table = pd.DataFrame({"plant": plants, "year": years, "amount": flows.column("amount", AMOUNT)})
    delivered = table.fillna({"year": _NO_YEAR}).groupby(["plant", "year"])["amount"].sum()
    most = [_capacity_in(records[plant], year) for plant, year in delivered.index]
    refuse_overload(delivered, pd.Series(most, delivered.index, dtype=float), flows.file, _station_in)


def _capacity_in(record: Record, year: float) -> float:
    """The most that a station can deliver in a year, by its action; missing where the plan does not say."""
    before, after = record.get("capacity_before"), record.get("capacity")
    if after is None and record["action"] in STOPS:
        after = 0.0
    begins = record.get("year")
    if record["action"] == RETAIN or begins is None or year == _NO_YEAR:
        known = [amount for amount in (before, after) if amount is not None]
        return max(known) if len(known) == 2 or (known and record["action"] == RETAIN) else math.nan
    amount = after if year >= begins else before
    return math.nan if amount is None else amount


def _station_in(source: tuple[str, float]) -> str:
    plant, year = source
    if year == _NO_YEAR:
        return _("站点“{plant}”").format(plant=shown(plant))
    return _("站点“{plant}”{year:.0f} 年").format(plant=shown(plant), year=year)
