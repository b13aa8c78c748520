"""Limits that cannot be met together, with both numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixplan.base.errors import InfeasibleError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Watcher, unwatched
from mixplan.consolidation import questions
from mixplan.consolidation.case import Case
from mixplan.consolidation.model import Lock, Problem

_TOLERANCE = 1e-6
_SOLVER_TOLERANCE = 1e-4  # of what a solver has worked out


@dataclass(frozen=True)
class Obstacle:
    """One limit that stands in the way: its name, what is needed, what there is, and the difference, with the unit."""

    limit: str
    needed: float
    available: float
    unit: str
    text: str

    @property
    def short(self) -> float:
        """By how much it is missed."""
        return abs(self.needed - self.available)


def obstacles(case: Case) -> list[Obstacle]:
    """What can be seen to be impossible before solving, with both numbers; an empty list promises nothing."""
    found = _capacity_obstacles(case) + _station_obstacles(case) + _closure_obstacles(case) + _cap_obstacles(case)
    return found or _radius_obstacles(case)


def _capacity_obstacles(case: Case) -> list[Obstacle]:
    """Years whose limit on capacity leaves too little for the demand, or for the stations that are locked."""
    p, found = case.problem, []
    kept = float(p.capacity[p.locks == Lock.KEEP].sum()) + p.fixed_capacity
    for t, year in enumerate(p.years):
        demand, limit = float(p.demand[t].sum()), float(p.limit[t])
        least, room = demand / p.utilisation, limit - p.fixed_capacity
        if least > room + _TOLERANCE:
            text = _(
                "{year} 年需求 {demand:,.0f} 万m³，按利用率上限 {share:.0f}% 至少要有产能 {needed:,.0f} 万m³，"
                "产能上限只有 {limit:,.0f} 万m³，差 {short:,.0f} 万m³。"
            ).format(
                year=year,
                demand=demand,
                share=case.settings.utilisation_pct,
                needed=least,
                limit=room,
                short=least - room,
            )
            found.append(Obstacle("capacity", least, room, _("万m³/年"), text))
        if kept > limit + _TOLERANCE:
            text = _(
                "{year} 年锁定保留（含不参与优化）的站点产能合计 {kept:,.0f} 万m³，超过上限 {limit:,.0f} 万m³ 达 "
                "{over:,.0f} 万m³。"
            ).format(year=year, kept=kept, limit=limit, over=kept - limit)
            found.append(Obstacle("locks", kept, limit, _("万m³/年"), text))
    return found


def _station_obstacles(case: Case) -> list[Obstacle]:
    """Demand beyond what all stations could do that are not locked to close."""
    p = case.problem
    demand = float(p.demand[-1].sum())
    least, most = demand / p.utilisation, float((np.where(p.locks == Lock.CLOSE, 0.0, p.capacity + p.add_most)).sum())
    if least <= most + _TOLERANCE:
        return []
    text = _(
        "需求 {demand:,.0f} 万m³，按利用率上限至少要有产能 {needed:,.0f} 万m³；"
        "未锁定退出的站点全部保留并改造也只有 "
        "{most:,.0f} 万m³，差 {short:,.0f} 万m³。"
    ).format(demand=demand, needed=least, most=most, short=least - most)
    return [Obstacle("stations", least, most, _("万m³/年"), text)]


def _closure_obstacles(case: Case) -> list[Obstacle]:
    """Years by which more capacity has to go than the stations have that may stop until then."""
    p = case.problem
    if p.max_closures is None:
        return []
    largest = np.sort(p.capacity[p.locks != Lock.KEEP])[::-1]
    total = float(p.capacity.sum()) + p.fixed_capacity
    for t, year in enumerate(p.years):
        needed = total - float(p.limit[t])
        possible = float(largest[: (t + 1) * p.max_closures].sum())
        if needed > possible + _TOLERANCE:
            text = _(
                "到 {year} 年要压减产能 {needed:,.0f} 万m³，每年最多退出 {count} 个站点，即使都退最大的也只能压减 "
                "{possible:,.0f} 万m³，差 {short:,.0f} 万m³。"
            ).format(year=year, needed=needed, count=p.max_closures, possible=possible, short=needed - possible)
            return [Obstacle("closures", needed, possible, _("万m³/年"), text)]
    return []


def _cap_obstacles(case: Case) -> list[Obstacle]:
    """Caps on numbers of stations that the planner's own decisions exceed."""
    p, found = case.problem, []
    for limit in p.limits:
        held = int(((p.locks == Lock.KEEP) & limit.members).sum()) + limit.held
        if held > limit.most:
            text = _("{what}最多 {most} 个站点，锁定保留和不参与优化的就有 {held} 个，多 {over} 个。").format(
                what=limit_label(case, limit.name), most=limit.most, held=held, over=held - limit.most
            )
            found.append(Obstacle(limit.name, held, limit.most, _("个"), text))
    return found


def _radius_obstacles(case: Case) -> list[Obstacle]:
    """Demand that no station reaches within the radius, beyond what may come from farther."""
    p, s = case.problem, case.settings
    total = float(p.demand[-1].sum())
    beyond, allowed = questions.least_beyond(p), p.outside_share * total
    if beyond <= allowed + _SOLVER_TOLERANCE:
        return []
    text = _(
        "即使站点全部保留，也有 {beyond:,.1f} 万m³（{share:.1f}%）的需求在供应半径 {radius:g} km 内得不到供应，"
        "允许半径以外供应的只有 {allowed:,.1f} 万m³（{limit:.1f}%），差 {short:,.1f} 万m³。"
    ).format(
        beyond=beyond,
        share=100 * beyond / total,
        radius=s.radius_km,
        allowed=allowed,
        limit=s.outside_pct,
        short=beyond - allowed,
    )
    return [Obstacle("radius", beyond, allowed, _("万m³/年"), text)]


def limit_label(case: Case, name: str) -> str:
    """Name of a cap in words."""
    kind, _sep, which = name.partition(":")
    if kind == "district":
        stated = case.stations.loc[case.stations["district_id"] == which, "district"].dropna()
        return _("区县 {which} ").format(which=stated.iloc[0] if len(stated) else which)
    if kind == "ring":
        return _("{which} 环路以内").format(which=which)
    return _("需治理的站点")


def infeasible(found: Sequence[Obstacle]) -> InfeasibleError:
    """The error that names every limit that stands in the way."""
    return InfeasibleError(_("没有可行方案。") + " ".join(o.text for o in found), found)


def _limit_now(problem: Problem, name: str) -> float:
    """What a limit allows in the last year."""
    if name == "capacity":
        return float(problem.limit[-1])
    if name == "outside":
        return problem.outside_share * float(problem.demand[-1].sum())
    if name == "closures":
        return float(problem.max_closures or 0)
    return float(next((limit.most for limit in problem.limits if f"limit:{limit.name}" == name), 0))


def explain_infeasible(case: Case, *, time_limit_s: float = 20.0, watcher: Watcher = unwatched) -> list[Obstacle]:
    """Which limits must give way, and by how much at least, where only their combination is impossible."""
    missed = questions.shortfalls(case.problem, time_limit_s=time_limit_s, watcher=watcher)
    if not missed.amounts:
        text = _("各项限制不能同时满足，且在限定时间内没有查明是哪一项。")
        return [Obstacle("unknown", 0.0, 0.0, "", text)]
    found = [_way_out(case, name, amount, alone=missed.alone) for name, amount in missed.amounts.items()]
    lead = _("各项限制不能同时满足")
    lead += _("，只放宽一项时：") if missed.alone else _("，没有查明哪一项单独放宽就够；同时放宽则够：")
    return [replace(found[0], text=lead + found[0].text), *found[1:]]


def _way_out(case: Case, name: str, amount: float, *, alone: bool) -> Obstacle:
    """By how much one limit must give way, alone or together with others."""
    names = {
        "demand": _("不供应的需求"),
        "capacity": _("产能上限"),
        "outside": _("半径以外的供应"),
        "closures": _("每年退出的站点"),
    }
    counted = name == "closures" or name.startswith("limit:")
    unit, digits = (_("个"), 0) if counted else (_("万m³/年"), 1)
    now = _limit_now(case.problem, name)
    text = (
        _("{what}至少要由 {now} {unit}放宽到 {needed} {unit}，差 {short} {unit}{each}。")
        if alone
        else _("{what}由 {now} {unit}放宽到 {needed} {unit}，差 {short} {unit}{each}。")
    ).format(
        what=names.get(name) or limit_label(case, name.removeprefix("limit:")),
        now=f"{now:,.{digits}f}",
        needed=f"{now + amount:,.{digits}f}",
        short=f"{amount:,.{digits}f}",
        unit=unit,
        each=_("（各年都要）") if case.settings.phased else "",
    )
    return Obstacle(name, now + amount, now, unit, text)
