"""Actuals that planners enter: checked, summed up, and put beside the sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.city.district_names import plan_districts
from mixplan.plan.figures import Figure, figures
from mixplan.plan.words import pretty, pretty_change
from mixplan.targets.progress import TargetProgress, progress
from mixplan.targets.status import satisfies

ALL_CITY = ""
# An amount this many times the largest figure on record is a slip of unit, not a result.
_RANGE = 10.0


def _additive(unit: str) -> bool:
    """Whether districts may be added up: amounts may, rates may not."""
    return unit not in ("%", "倍", "百分点")


def entry_summary(frame: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """What the entries amount to for the whole city, year by year, and why a year does or does not count.

    Parameters
    ----------
    frame : DataFrame
        As `load_indicators` gives it; names the tracked indicators and their units.
    entries : DataFrame
        As `projects.entries.actuals` gives it; an empty district stands for the whole city.

    Returns
    -------
    DataFrame
        indicator, year, value, districts (how many reported), counts (whether it stands as the city's actual),
        basis (``city``, ``all_districts`` or ``partial``), source. A city-wide entry goes before district entries;
        district entries stand for the city only if all sixteen reported and the unit can be added up.
    """
    targets = {figure.indicator: figure for figure in figures(frame) if figure.kind == "target"}
    out: list[dict[str, Any]] = []
    if entries.empty:
        return pd.DataFrame(columns=["indicator", "year", "value", "districts", "counts", "basis", "source"])
    latest = entries.sort_values("id").drop_duplicates(["indicator", "year", "district"], keep="last")
    for (indicator, year), group in latest.groupby(["indicator", "year"], sort=True):
        target = targets.get(str(indicator))
        if target is None:
            continue
        if wrong := set(group["unit"]) - {target.unit}:
            raise DataError(
                _("填报的“{indicator}”{year} 年用了单位 {units}，应为 {unit}。").format(
                    indicator=target.name, year=year, units=_("、").join(sorted(wrong)), unit=target.unit
                )
            )
        city = group[group["district"] == ALL_CITY]
        districts = group[group["district"] != ALL_CITY]
        complete = set(districts["district"]) >= set(plan_districts()) and _additive(target.unit)
        basis = "city" if len(city) else "all_districts" if complete else "partial"
        chosen = city if len(city) else districts
        addable = len(city) or _additive(target.unit)
        out.append(
            {
                "indicator": target.indicator,
                "year": int(str(year)),
                "value": float(chosen["value"].sum()) if addable else float("nan"),
                "districts": len(districts),
                "counts": basis != "partial",
                "basis": basis,
                "source": "；".join(dict.fromkeys(chosen["source"])),
            }
        )
    columns = ["indicator", "year", "value", "districts", "counts", "basis", "source"]
    return pd.DataFrame(out, columns=columns)


def with_entries(frame: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """The indicator table with planners' annual actuals added as actuals of the target's own series.

    Years in which only some districts reported are left out (`entry_summary` says so). The frame stays untouched.
    """
    summary = entry_summary(frame, entries)
    counted = summary[summary["counts"].astype(bool)] if len(summary) else summary
    if counted.empty:
        return frame.copy()
    targets = frame[frame["kind"] == "target"].set_index("indicator")
    added = []
    for row in counted.to_dict("records"):
        base = targets.loc[str(row["indicator"])].to_dict()
        note = {"city": "", "all_districts": _("全部区县合计")}[str(row["basis"])]
        base |= {
            "indicator": row["indicator"],
            "year": row["year"],
            "period": "",
            "kind": "actual",
            "value": row["value"],
            "rounding": 0.1,
            "direction": "none",
            "baseline_series": "",
            "clause": "",
            "source": _("填报：{source}").format(source=row["source"]),
            "note": note,
            "note_en": note,
        }
        added.append(base)
    return pd.concat([frame, pd.DataFrame(added)[list(frame.columns)]], ignore_index=True)


@dataclass(frozen=True)
class Entry:
    """One annual actual as a planner enters it.

    Attributes
    ----------
    indicator, unit : str
        As in ``data/indicators.csv``.
    value : float or None
        None while nothing is filled in.
    source, who : str
        Where the figure comes from and who enters it.
    district : str
        Empty for the whole city.
    """

    indicator: str
    year: int
    value: float | None
    unit: str
    source: str
    who: str
    district: str = ALL_CITY
    note: str = ""


@dataclass(frozen=True)
class EntryCheck:
    """Whether an entry may be kept: errors forbid it, doubts ask the planner to confirm."""

    errors: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def check_entry(frame: pd.DataFrame, entries: pd.DataFrame, entry: Entry, *, today: date) -> EntryCheck:
    """Check an annual actual before it is kept: unit, range, source, and whether the jump is plausible.

    Out of range is a rate above 100 % and an amount above ten times the largest figure on record.
    A jump is doubtful when the value lies further from the latest earlier figure of the same indicator than the
    plan wants to move in all its years (the target itself is the yardstick where the plan gives no baseline), or
    falls back from the target by more than the plan wants to move in one year.
    """
    target = next((f for f in figures(frame) if f.kind == "target" and f.indicator == entry.indicator), None)
    if target is None:
        return EntryCheck((_("没有名为“{indicator}”的规划目标。").format(indicator=entry.indicator),))
    errors = [
        *_wrong_place_or_unit(entry, target),
        *_wrong_value(entry, target, frame),
        *_wrong_year(entry, target, frame, today),
        *_nobody_answers(entry),
    ]
    if errors or entry.value is None:
        return EntryCheck(tuple(errors))
    item = next(p for p in progress(with_entries(frame, entries), as_of=entry.year) if p.indicator == entry.indicator)
    doubts = [*_entered_before(entry, entries), *_jump(entry, entry.value, item), *_after_the_target(entry, target)]
    return EntryCheck(doubts=tuple(doubts))


def _wrong_place_or_unit(entry: Entry, target: Figure) -> Iterator[str]:
    if entry.unit != target.unit:
        yield _("单位应为 {unit}，不是 {given}。").format(unit=target.unit, given=entry.unit or "—")
    if entry.district != ALL_CITY and entry.district not in plan_districts():
        yield _("没有名为“{district}”的区县；可用：{known}。").format(
            district=entry.district, known=_("、").join(plan_districts())
        )


def _wrong_value(entry: Entry, target: Figure, frame: pd.DataFrame) -> Iterator[str]:
    value = entry.value
    if value is None or not isfinite(value):
        yield _("请填写数值。")
        return
    known = [f.value for f in figures(frame) if f.indicator == entry.indicator and not f.cumulative]
    most = 100.0 if target.unit == "%" else _RANGE * max(known)
    if not 0 <= value <= most:
        yield _("{value} 超出范围：应在 0–{most} 之间。").format(
            value=pretty(value) if abs(value) < 1e15 else f"{value:.3g}", most=pretty(most, target.unit)
        )


def _wrong_year(entry: Entry, target: Figure, frame: pd.DataFrame, today: date) -> Iterator[str]:
    """A year is usable after the plan's own baseline and up to today."""
    state = {item.indicator: item for item in progress(frame)}
    starts = {key: item.baseline.year for key, item in state.items() if item.baseline and item.baseline.clause}
    first = starts.get(entry.indicator, max(starts.values(), default=target.year - 1)) + 1
    if not first <= entry.year <= today.year:
        yield _("年份 {year} 不可用：应在 {first}–{last} 之间。").format(year=entry.year, first=first, last=today.year)


def _nobody_answers(entry: Entry) -> Iterator[str]:
    if not entry.source.strip():
        yield _("请写明来源（文件、通报或报表及日期）。")
    if not entry.who.strip():
        yield _("请写明填报人。")


def _entered_before(entry: Entry, entries: pd.DataFrame) -> Iterator[str]:
    if entries.empty:
        return
    again = entries[
        (entries["indicator"] == entry.indicator)
        & (entries["year"] == entry.year)
        & (entries["district"] == entry.district)
    ]
    if len(again):
        yield _("{year} 年已有填报 {old}，保存后以新值为准。").format(
            year=entry.year, old=pretty(float(again["value"].iloc[-1]), entry.unit)
        )


def _jump(entry: Entry, value: float, item: TargetProgress) -> Iterator[str]:
    """Doubts about a value that lies far from the figures before it."""
    target = item.target
    earlier = [f for f in (item.baseline, *item.actuals) if f is not None and f.year < entry.year]
    before = max(earlier, key=lambda f: f.time) if earlier else None
    if entry.district != ALL_CITY:
        most = max(before.value if before else 0.0, target.value)
        if _additive(entry.unit) and value > most:
            yield _("一个区县的 {value} 大于全市的目标或最近数 {city}，请核对。").format(
                value=pretty(value, entry.unit), city=pretty(most, entry.unit)
            )
        return
    reference = before.value if before else target.value
    planned = abs(target.value - item.baseline.value) if item.baseline else target.value
    jump = abs(value - reference)
    words = {
        "when": before.when if before else _("目标"),
        "old": pretty(reference, target.unit),
        "jump": pretty_change(jump, target.unit),
    }
    if jump > planned:
        yield _("与 {old}（{when}）相差 {jump}，超过规划期全部变化量 {planned}，请核对单位和小数点。").format(
            **words, planned=pretty_change(planned, target.unit)
        )
    elif before and _falls_back(value, reference, item):
        yield _("比 {old}（{when}）离目标更远，倒退 {jump}，超过规划一年的变化量，请核对单位和小数点。").format(**words)


def _falls_back(value: float, before: float, item: TargetProgress) -> bool:
    """Whether a value is further from the target than the one before it, by more than a planned year's change."""
    target = item.target
    if item.pace_planned is None or satisfies(target.direction, value, target.value, target.tolerance):
        return False
    return abs(target.value - value) - abs(target.value - before) > abs(item.pace_planned)


def _after_the_target(entry: Entry, target: Figure) -> Iterator[str]:
    if entry.year > target.year:
        yield _("{year} 年在目标年 {target} 之后：目标年或其后更早的实绩已有时，这个数只列出，不影响状态。").format(
            year=entry.year, target=target.year
        )
