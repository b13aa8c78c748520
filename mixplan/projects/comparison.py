"""Figures by which scenarios and years are compared: what each one is, how two of them differ, what is asked of it.

The figures are those of the pages, taken from what their functions have worked out; nothing is computed a second time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.city.rings import within_ring
from mixplan.coverage.supply import in_production
from mixplan.plan.city import load_city
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import unit_label
from mixplan.projects.project import Threshold
from mixplan.screening.stations import (
    Split,
    flag_count,
    inventory,
    judged_by_sensitive_areas,
    near_sensitive_areas,
    split,
)
from mixplan.screening.verdicts import NOT_IN_FORCE, verdict_label

if TYPE_CHECKING:  # the trail's words use what figures are called, and need no solver for it
    from mixplan.consolidation.plan import Plan
    from mixplan.coverage.picture import Picture
    from mixplan.siting.proposal import SitingProposal

Group = Literal["stations", "mortar", "concrete", "lines", "plan"]
GROUPS: tuple[Group, ...] = ("stations", "mortar", "concrete", "lines", "plan")
"""What figures come from: the register, coverage with mortar and with concrete, new lines, consolidation."""
Better = Literal["more", "less", ""]


@dataclass(frozen=True)
class Figure:
    """A figure that is compared.

    Attributes
    ----------
    unit : str
        A code of `unit_text`.
    better : str
        Whether more of it is better, or less; empty where neither can be said.
    """

    group: Group
    unit: str = "sites"
    better: Better = ""
    digits: int = 0


_COVERAGE = {
    "area": ("%", "more", 1),
    "demand": ("%", "more", 1),
    "served": ("%", "more", 1),
    "gaps": ("places", "less", 0),
    "gap_km2": ("km²", "less", 1),
}
FIGURES: dict[str, Figure] = {
    "stations": Figure("stations"),
    "flagged": Figure("stations", better="less"),
    "certain": Figure("stations", better="less"),
    "borderline": Figure("stations", better="less"),
    "inside": Figure("stations", better="less"),
    "sensitive": Figure("stations", better="less"),
    "capacity_concrete": Figure("stations", "wan_m3"),
    "capacity_mortar": Figure("stations", "wan_t"),
    **{
        f"{kind}_{name}": Figure(kind, unit, better, digits)  # type: ignore[arg-type]
        for kind in ("mortar", "concrete")
        for name, (unit, better, digits) in _COVERAGE.items()
    },
    "lines": Figure("lines", "lines"),
    "lines_capacity": Figure("lines", "wan_t"),
    "lines_haul_km": Figure("lines", "km", "less", 1),
    "lines_within": Figure("lines", "%", "more", 1),
    "lines_unmet": Figure("lines", "wan_t", "less", 1),
    "lines_gap": Figure("lines", "%", "less", 1),
    "kept": Figure("plan"),
    "stopped": Figure("plan"),
    "plan_capacity": Figure("plan", "wan_m3"),
    "plan_flagged": Figure("plan", better="less"),
    "plan_inside": Figure("plan", better="less"),
    "plan_sensitive": Figure("plan", better="less"),
    "plan_haul_km": Figure("plan", "km", "less", 1),
    "plan_dust": Figure("plan", "index", "less", 1),
    "plan_cost": Figure("plan", "wan_yuan", "less"),
    "plan_gap": Figure("plan", "%", "less", 1),
}
"""By code, in the order in which they are offered."""


def group_label(group: Group) -> str:
    """What a group of figures is about."""
    return {
        "stations": _("现状与筛查"),
        "mortar": _("砂浆覆盖"),
        "concrete": _("混凝土覆盖"),
        "lines": _("新线布局"),
        "plan": _("治理整合"),
    }[group]


def figure_label(code: str) -> str:
    """What a figure is called."""
    kind, _between, rest = code.partition("_")
    coverage = {
        "area": _("面积覆盖率"),
        "demand": _("需求覆盖率"),
        "served": _("产能保障率"),
        "gaps": _("缺口"),
        "gap_km2": _("缺口面积"),
    }
    if kind in ("mortar", "concrete") and rest in coverage:
        return {"mortar": _("砂浆：{name}"), "concrete": _("混凝土：{name}")}[kind].format(name=coverage[rest])
    return {
        "stations": _("在册站点"),
        "flagged": _("需治理"),
        "certain": _("需治理（确定）"),
        "borderline": _("需治理（待核实）"),
        "inside": _("五环路以内"),
        "sensitive": _("敏感区内或附近"),
        "capacity_concrete": _("在册混凝土产能"),
        "capacity_mortar": _("在册砂浆产能"),
        "lines": _("新建生产线"),
        "lines_capacity": _("新增产能"),
        "lines_haul_km": _("砂浆平均运距"),
        "lines_within": _("禁现区需求在半径以内供应"),
        "lines_unmet": _("供不上的需求"),
        "lines_gap": _("新线离最优至多"),
        "kept": _("方案保留的搅拌站"),
        "stopped": _("方案停止的搅拌站"),
        "plan_capacity": _("方案产能"),
        "plan_flagged": _("方案保留的需治理站点"),
        "plan_inside": _("方案保留的五环内站点"),
        "plan_sensitive": _("方案保留的敏感区站点"),
        "plan_haul_km": _("混凝土平均运距"),
        "plan_dust": _("扬尘指数（起始=100）"),
        "plan_cost": _("方案年费用"),
        "plan_gap": _("整合离最优至多"),
    }[code]


def unit_text(code: str) -> str:
    """The unit of a figure."""
    unit = FIGURES[code].unit
    if unit in ("wan_m3", "wan_t"):
        return unit_label(unit)
    words = {"sites": _("个"), "places": _("处"), "lines": _("条"), "wan_yuan": _("万元/年"), "index": ""}
    return words.get(unit, unit)


@dataclass(frozen=True)
class Reading:
    """A figure in one column.

    Attributes
    ----------
    amount : float or None
        In the figure's unit; None where it is not known.
    parts : Split or None
        Real and modelled stations, where stations are counted.
    why : str
        Why it is not known, in words.
    stale : bool
        Whether it is of a plan that was made from something else than what is set now.
    note : str
        What it counts or leaves out, where columns may differ in that.
    register : str
        Version of the register that it is of.
    """

    amount: float | None = None
    parts: Split | None = None
    why: str = ""
    stale: bool = False
    note: str = ""
    register: str = ""


def _number(value: float | None, times: float = 1.0) -> Reading:
    return Reading(None if value is None or not math.isfinite(value) else float(value) * times)


def _counted(parts: Split, note: str = "") -> Reading:
    return Reading(float(parts.count), parts, note=note)


def of_stations(table: pd.DataFrame, findings: pd.DataFrame, book: RuleBook) -> dict[str, Reading]:
    """Figures of the register and of its screening: stations that count towards the plan's totals.

    Parameters
    ----------
    table : DataFrame
        `screening.stations.station_table`.
    """
    counted, found = inventory(table), flag_count(table)
    near = counted.index.isin(near_sensitive_areas(findings, book))
    doubtful = Split(found.flagged.real - found.certain.real, found.flagged.modelled - found.certain.modelled)
    capacity = counted.groupby("kind")["capacity"].sum(min_count=1)
    unjudged = int((counted["verdict"] == NOT_IN_FORCE).sum())
    note = _("另有 {count} 个当年尚无规则").format(count=unjudged) if unjudged else ""
    ruled = counted.empty or judged_by_sensitive_areas(findings, book)
    return {
        "stations": _counted(split(counted)),
        "flagged": _counted(found.flagged, note),
        "certain": _counted(found.certain, note),
        "borderline": _counted(doubtful, note),
        "sensitive": _counted(split(counted[near])) if ruled else Reading(why=verdict_label(NOT_IN_FORCE)),
        "inside": _counted(split(counted[within_ring(counted["ring"], load_city().centre_ring)])),
        "capacity_concrete": _number(capacity.get("concrete")),
        "capacity_mortar": _number(capacity.get("mortar")),
    }


def of_coverage(picture: Picture) -> dict[str, Reading]:
    """Figures of the coverage of the ban zones."""
    total, kind = picture.result.total, picture.subject.kind
    found = {
        "area": _number(total.area_share, 100),
        "demand": _number(total.demand_share, 100),
        "served": _number(total.served_share, 100),
        "gaps": _number(len(picture.gaps)),
        "gap_km2": _number(float(picture.gaps["area_km2"].sum())),
    }
    return {f"{kind}_{name}": reading for name, reading in found.items()}


def of_lines(proposal: SitingProposal, year: int, book: RuleBook) -> dict[str, Reading]:
    """Figures of the new mortar lines; how they deliver is known for the end of the plan alone."""
    running = in_production(proposal.sites.assign(year=math.nan), year, book)
    found = {
        "lines": _number(int(running["lines"].sum())),
        "lines_capacity": _number(float(running["capacity"].sum())),
    }
    stats, last = proposal.stats, book.period_end.year
    gap = at_most_pct(proposal.gap) if math.isfinite(proposal.gap) else None
    final = {
        "lines_haul_km": _number(stats.mean_haul_km),
        "lines_within": _number(stats.share_within, 100),
        "lines_unmet": _number(stats.unmet),
        "lines_gap": Reading(gap, why="" if gap is not None else _("还没有证明")),
    }
    earlier = Reading(why=_("只算到 {year} 年").format(year=last))
    return found | (final if year == last else dict.fromkeys(final, earlier))


def of_plan(plan: Plan, year: int) -> dict[str, Reading]:
    """Figures of a consolidation plan at the end of a year; one for its last year alone says nothing of others."""
    rows = plan.totals[plan.totals["year"] == year]
    names = [code for code, figure in FIGURES.items() if figure.group == "plan"]
    if rows.empty:
        return dict.fromkeys(names, Reading(why=_("方案没有这一年")))
    row = rows.iloc[-1]
    sites, modelled = int(row["sites"]), int(row["modelled"])
    found = {
        "kept": _counted(Split(sites - modelled, modelled)),
        "stopped": _number(row["closed"]),
        "plan_capacity": _number(row["capacity"]),
        "plan_flagged": _number(row["flagged"]),
        "plan_inside": _number(row["inside_fifth"]),
        "plan_sensitive": _number(row["sensitive"]),
        "plan_haul_km": _number(row["mean_haul_km"]),
        "plan_dust": _number(row["dust_index"]),
    }
    whole = Reading(why=_("对整个方案而言"))
    last = year == plan.totals["year"].iloc[-1]
    return found | {
        "plan_cost": _number(plan.solution.objective) if last else whole,
        "plan_gap": _number(at_most_pct(plan.solution.gap) if math.isfinite(plan.solution.gap) else None)
        if last
        else whole,
    }


@dataclass(frozen=True)
class Change:
    """How a figure differs from that of the first column.

    Attributes
    ----------
    amount : float
        More (above nought) or less.
    word : str
        ``better``, ``worse``, ``same``, or ``other`` where neither can be said.
    """

    amount: float
    word: Literal["better", "worse", "same", "other"]


def change(code: str, first: Reading, now: Reading) -> Change | None:
    """What a figure has become compared with the first column; None where one of the two is not known or outdated.

    Where the two count otherwise (by other rules, with or without new lines) or other stations, neither better nor
    worse is said: a register with fewer stations has not improved any.
    """
    if first.amount is None or now.amount is None or first.stale or now.stale:
        return None
    figure = FIGURES[code]
    amount = round(now.amount - first.amount, figure.digits)
    if amount == 0:
        return Change(0.0, "same")
    if not figure.better or (first.note, first.register) != (now.note, now.register):
        return Change(amount, "other")
    return Change(amount, "better" if (amount > 0) == (figure.better == "more") else "worse")


def reaches(reading: Reading, threshold: Threshold) -> bool | None:
    """Whether a figure keeps its threshold; None, and never yes, where it is not known, or of an outdated plan."""
    if reading.amount is None or reading.stale:
        return None
    above = threshold.least is None or reading.amount >= threshold.least
    return above and (threshold.most is None or reading.amount <= threshold.most)


def accepted(readings: Mapping[str, Reading], thresholds: Mapping[str, Threshold]) -> bool | None:
    """Whether all thresholds are kept: no where one is broken, None where else one is not known."""
    found = [reaches(readings.get(code, Reading()), threshold) for code, threshold in thresholds.items()]
    if False in found:
        return False
    return None if None in found else True
