"""Whether a plan keeps everything that a case asks: worked out from the plan, without the program that finds plans."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mixplan.base.arrays import Bools, Floats
from mixplan.base.i18n import gettext as _
from mixplan.consolidation.case import Case
from mixplan.consolidation.model import Lock, Solution
from mixplan.consolidation.obstacles import limit_label
from mixplan.consolidation.search import OPTIMAL_GAP

_AMOUNT = 1e-3  # 万m³ or 万t by which the solver's rounding may break a limit
_SHARE = 1e-6  # of a cost


def misfits(case: Case, found: Solution) -> Iterator[str]:
    """What a plan does not keep, a sentence each; nothing where it is a plan of this case.

    Parameters
    ----------
    found : Solution
        With arrays of the sizes of the case.
    """
    yield from _decisions(case, found)
    yield from _mergers(case, found)
    yield from _upgrades(case, found)
    for t in range(len(case.problem.years)):
        yield from _deliveries(case, found, t)
        yield from _limits(case, found, t)
    yield from _mortar(case, found)
    yield from _costs(case, found)


def _first(case: Case, wrong: Bools) -> str:
    """The first of the stations that are wrong."""
    return case.ids[int(np.flatnonzero(wrong)[0])]


def _decisions(case: Case, found: Solution) -> Iterator[str]:
    """The planner's own decisions, stations that come back, and caps on how many stand."""
    p, stands = case.problem, found.stands
    if (wrong := (p.locks == Lock.KEEP) & ~stands.all(axis=0)).any():
        yield _("站点 {plant} 决定保留，方案却让它退出。").format(plant=_first(case, wrong))
    if (wrong := (p.locks == Lock.CLOSE) & stands[-1]).any():
        yield _("站点 {plant} 决定退出，方案却保留它。").format(plant=_first(case, wrong))
    back: Bools = np.logical_or.reduce(stands[1:] & ~stands[:-1], axis=0)
    if back.any():
        yield _("站点 {plant} 停后又开。").format(plant=_first(case, back))
    for limit in p.limits:
        standing = limit.held + int((stands[-1] & limit.members).sum())
        if standing > limit.most:
            yield _("“{name}”最多 {most} 站，方案保留 {count} 站。").format(
                name=limit_label(case, limit.name), most=limit.most, count=standing
            )
    if p.max_closures is not None:
        counts = [p.n + p.fixed_closures, *stands.sum(axis=1)]
        for year, was, now in zip(p.years, counts, counts[1:], strict=False):
            if was - now > p.max_closures:
                yield _("{year} 年退出 {count} 站，每年最多 {most} 站。").format(
                    year=year, count=was - now, most=p.max_closures
                )


def _mergers(case: Case, found: Solution) -> Iterator[str]:
    """Stations merge only where they may, into one that is upgraded, which does not receive too many."""
    p, into = case.problem, found.merged_into
    allowed = {(int(a), int(b)) for a, b in p.pairs}
    for source in np.flatnonzero(into >= 0).tolist():
        target = int(into[source])
        if (source, target) not in allowed or found.stands[-1, source] or not found.upgraded[-1, target]:
            yield _("站点 {plant} 不能整合到 {into}。").format(plant=case.ids[source], into=case.ids[target])
    received = np.bincount(into[into >= 0], minlength=p.n)
    if (wrong := received > p.receive_most).any():
        yield _("站点 {plant} 接收的站点超过 {most} 个。").format(plant=_first(case, wrong), most=p.receive_most)


def _upgrades(case: Case, found: Solution) -> Iterator[str]:
    """Upgraded stations stand, reach the standard, add no more than they can, and stay as they are built."""
    p, up, added = case.problem, found.upgraded, found.added
    least = np.maximum(p.standard - p.capacity, 0.0)
    wrong = up & ~found.stands
    wrong |= (added > np.where(up, p.add_most, 0.0) + _AMOUNT) | (added < np.where(up, least, 0.0) - _AMOUNT)
    wrong[1:] |= up[:-1] & ~up[1:]
    stations: Bools = np.logical_or.reduce(wrong, axis=0)
    if stations.any():
        plant = _first(case, stations)
        yield _("站点 {plant} 的改造不成立：改造站须保留、达到标准，新增不超过上限。").format(plant=plant)


def _usable(case: Case, found: Solution, t: int) -> Floats:
    """What each station may deliver in a year."""
    p = case.problem
    usable: Floats = p.utilisation * (p.capacity * found.stands[t] + found.added[t])
    return usable


def _deliveries(case: Case, found: Solution, t: int) -> Iterator[str]:
    """All demand is served, no station beyond what it may, and not too much from beyond the radius."""
    p, year = case.problem, case.problem.years[t]
    of_year = found.flows[:, 0] == t
    station, point = found.flows[of_year][:, 1:].T
    amount = found.amounts[of_year]
    served = np.bincount(point, weights=amount, minlength=p.demand.shape[1])
    if (wrong := np.abs(served - p.demand[t]) > _AMOUNT).any():
        j = int(np.flatnonzero(wrong)[0])
        yield _("{year} 年需求点 {point} 需要 {demand:.3f} 万m³，方案供应 {served:.3f} 万m³。").format(
            year=year, point=case.demand.index[j], demand=p.demand[t, j], served=served[j]
        )
    load, usable = np.bincount(station, weights=amount, minlength=p.n), _usable(case, found, t)
    if (wrong := load > usable + _AMOUNT).any():
        i = int(np.flatnonzero(wrong)[0])
        yield _("{year} 年站点 {plant} 供应 {load:.3f} 万m³，最多只能供应 {usable:.3f} 万m³。").format(
            year=year, plant=case.ids[i], load=load[i], usable=usable[i]
        )
    beyond = float(amount[p.haul_km[station, point] > p.radius_km].sum())
    most = p.outside_share * float(p.demand[t].sum())
    if beyond > most + _AMOUNT:
        yield _("{year} 年由半径以外供应 {beyond:.3f} 万m³，最多允许 {most:.3f} 万m³。").format(
            year=year, beyond=beyond, most=most
        )


def _limits(case: Case, found: Solution, t: int) -> Iterator[str]:
    """All capacity together stays within the year's limit."""
    p = case.problem
    capacity = p.fixed_capacity + float((p.capacity * found.stands[t] + found.added[t]).sum())
    if capacity > p.limit[t] + _AMOUNT:
        yield _("{year} 年产能 {capacity:.3f} 万m³，上限是 {limit:.3f} 万m³。").format(
            year=p.years[t], capacity=capacity, limit=p.limit[t]
        )


def _mortar(case: Case, found: Solution) -> Iterator[str]:
    """The mortar side of a joint run: lines as asked for, all demand told, and no source beyond what it may."""
    p, mortar = case.problem, case.problem.mortar
    if mortar is None:
        return
    lines, c, e = found.lines, mortar.candidates, len(mortar.existing_capacity)
    near = any(lines[a] and lines[b] for a, b in mortar.conflicts)
    few = any(lines[members].sum() < least for members, least in mortar.groups)
    if lines.sum() != mortar.lines or ((lines < 0) | (lines > 1)).any() or near or few:
        yield _("新线的条数、方位或间距与要求不符。")
    source, point = found.mortar_flows.T
    amount, n = found.mortar_amounts, len(mortar.haul_km)
    served = np.bincount(point, weights=amount, minlength=len(mortar.demand)) + found.mortar_unmet
    if (np.abs(served - mortar.demand) > _AMOUNT).any() or (found.mortar_unmet < 0).any():
        yield _("砂浆的供应加缺口与需求不等。")
    load, usable = np.bincount(source, weights=amount, minlength=n), _usable(case, found, -1)
    wet = load[c + e :] / mortar.wet_t_per_m3
    last = found.flows[:, 0] == len(p.years) - 1
    concrete = np.bincount(found.flows[last, 1], weights=found.amounts[last], minlength=p.n)
    too_much = [
        load[:c] - lines * mortar.line_capacity,
        load[c : c + e] - mortar.existing_capacity,
        wet - mortar.wet_share * usable,
        wet + concrete - usable,
        np.array([load[c + e :].sum() - mortar.wet_most]),
    ]
    far = (source >= c + e) & (mortar.haul_km[source, point] > mortar.wet_radius_km)
    if far.any() or any((excess > _AMOUNT).any() for excess in too_much):
        yield _("有砂浆来源的供应超过它的能力、占比或距离。")


def _costs(case: Case, found: Solution) -> Iterator[str]:
    """The cost is what the decisions cost, and no less than the bound."""
    p, stands, parts = case.problem, found.stands, found.parts
    haul = float((found.amounts * p.haul_km[found.flows[:, 1], found.flows[:, 2]]).sum()) * p.haul_cost
    known = {
        "findings": float((stands * p.keep_cost).sum()),
        "notes": float(((stands & ~found.upgraded) * p.note_cost).sum()),
        "haul": haul,
    }
    if (mortar := p.mortar) is not None:
        source, point = found.mortar_flows.T
        known["mortar_haul"] = mortar.haul_cost * float((found.mortar_amounts * mortar.haul_km[source, point]).sum())
        known["mortar_lines"] = mortar.fixed_cost * float(found.lines.sum())
        known["mortar_unmet"] = mortar.unmet_cost * float(found.mortar_unmet.sum())
    # When a merger counts and what of an addition is moved stands in no table: these two lie within limits.
    lost = float((~stands * p.loss).sum())
    merged = found.merged_into[p.pairs[:, 0]] == p.pairs[:, 1]
    saved = len(p.years) * float(p.pair_saving[merged].sum())
    built, added = p.upgrade_cost * float(found.upgraded.sum()), float(found.added.sum())
    prices = sorted((p.add_cost, p.move_cost))
    within = {"lost": (lost - saved, lost), "capital": (built + prices[0] * added, built + prices[1] * added)}
    slack = _SHARE * max(abs(found.objective), 1.0)
    sound = set(parts) == set(known) | set(within)
    sound = sound and all(abs(parts[name] - cost) <= slack for name, cost in known.items())
    sound = sound and all(low - slack <= parts[name] <= high + slack for name, (low, high) in within.items())
    if not sound or abs(sum(parts.values()) - found.objective) > slack:
        yield _("方案的代价与按此情形重算的不符。")
    if found.bound > found.objective + slack:
        yield _("证明的下界高于方案的代价。")
    if found.status == "optimal" and found.gap > OPTIMAL_GAP:
        yield _("称为最优，证明的差距却是 {gap:.2%}。").format(gap=found.gap)
