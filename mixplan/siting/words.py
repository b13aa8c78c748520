"""A siting proposal in words, tables and files: statuses, the gap as it is said, what is short, rows, JSON."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import M_PER_KM, at_most_pct, percent
from mixplan.city.sectors import SECTORS, sector_label
from mixplan.plan.words import solution_label
from mixplan.siting import solver
from mixplan.siting.case import SitingCase, too_close
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.solver.search import OPTIMAL_GAP

_SHOWN = 5
_ALL = 1 - 1e-9  # all demand, but for rounding
_SLIGHT = 1e-6  # share of a cost below which two plans cost the same


def source_label(kind: str) -> str:
    """Name of a kind of supply."""
    return {
        "site": _("新建生产线"),
        "existing": _("现有砂浆厂"),
        "import": _("外埠供应"),
        "wet": _("搅拌站湿砂浆"),
    }[kind]


def criterion_label(criterion: str) -> str:
    """Name of a criterion of the suitability view."""
    return {
        "demand": _("离需求近"),
        "sensitive": _("离敏感区远"),
        "existing": _("离现有厂远"),
        "roads": _("离道路近（有路网时）"),
    }[criterion]


def status_label(proposal: SitingProposal) -> str:
    """How the search ended, as it is said; nothing is optimal where nothing is reached."""
    if proposal.status == "optimal" and proposal.reachable_share <= 0:
        return _("没有任何需求够得到")
    if proposal.status == "optimal" and not all_reached(proposal):
        return _("对够得到的需求已证明最优")
    return solution_label(proposal.status)


def all_reached(proposal: SitingProposal) -> bool:
    """Whether some supply reaches every part of the demand, so that what is proven is proven of all of it."""
    return proposal.reachable_share >= _ALL


def gap_sentence(proposal: SitingProposal) -> str:
    """How far from the best possible a proposal can be at most, as it is said in a meeting."""
    if proposal.status == "infeasible" or not math.isfinite(proposal.objective):
        return _("没有方案能满足全部要求，无从谈最优差距。")
    if proposal.reachable_share <= 0:
        return _("没有任何需求够得到，无从谈最优差距。")
    if not math.isfinite(proposal.gap):
        return _("还没有证明过下界：请求解一次，才能说出与理论最优的差距。")
    said = _proven_sentence(proposal)
    if proposal.settings.forced or proposal.settings.forbidden:
        said += _("这是在现有的锁定和禁用之内说的。")
    if all_reached(proposal):
        return said
    rest = _("这只对够得到的需求（全部需求的 {share}）说；其余的没有供应点够得到，计为缺口。")
    return said + rest.format(share=percent(proposal.reachable_share))


def _proven_sentence(proposal: SitingProposal) -> str:
    if proposal.gap <= OPTIMAL_GAP:
        return _("此方案已证明是理论最优。")
    most = at_most_pct(proposal.gap)
    saving = proposal.objective - proposal.bound
    if proposal.settings.objective == "coverage":
        return _("此方案与理论最优相差不超过 {saving:,.1f} 万t/年的未覆盖需求。").format(
            saving=math.ceil(saving * 10) / 10
        )
    return _("此方案与理论最优相差不超过 {percent:.1f}%（最多还能省 {saving:,.0f} 万t·km/年）。").format(
        percent=most, saving=math.ceil(saving)
    )


def earlier_gap_sentence(proposal: SitingProposal) -> str:
    """How far a plan with own points is from the best possible without them, for which a bound is proven."""
    most = at_most_pct(max(proposal.gap, 0.0))
    return _("与不含新加的点时的理论最优相差不超过 {percent:.1f}%；加了这些点还可能更好，再求解一次即可证明。").format(
        percent=most
    )


def wishes_cost_sentence(proposal: SitingProposal, bound: float, cheapest: float) -> str:
    """What locks and bans cost, as far as it is known.

    Parameters
    ----------
    proposal : SitingProposal
        A plan that keeps them.
    bound : float
        What no plan that keeps them costs less than, minus infinity where nothing is proven.
    cheapest : float
        What the best plan known without them costs.
    """
    least, more, tiny = bound - cheapest, proposal.objective - cheapest, _SLIGHT * max(abs(cheapest), 1.0)
    unit = _("万t/年未覆盖的需求") if proposal.settings.objective == "coverage" else _("万t·km/年")
    if more <= tiny:
        return _("锁定和禁用没有使方案变差：不带它们求得的方案并不更好。")
    if least <= tiny:
        text = _("不带锁定和禁用求得的方案总代价低 {more}；这里面有多少是它们造成的，还没有证明。")
        return text.format(more=_amount(more, cheapest, unit))
    text = _("锁定和禁用使总代价至少多 {least}；现在的方案多 {more}。")
    return text.format(least=_amount(least, cheapest, unit), more=_amount(more, cheapest, unit))


def _amount(value: float, whole: float, unit: str) -> str:
    """A cost with its share of the whole, rounded down: no more is said than is known."""
    share = math.floor(value / abs(whole) * 1000) / 10 if whole else math.nan
    return _("{value:,.1f} {unit}（{percent:.1f}%）").format(
        value=math.floor(value * 10) / 10, unit=unit, percent=share
    )


def fact_sentence(fact: solver.Fact, case: SitingCase) -> str:
    """One thing that is short or contradictory, with both numbers, in the language in force."""
    texts = {
        "demand_exceeds_capacity": _("条数建满时产能 {capacity} 万t/年，需求 {demand} 万t/年，仍缺 {short} 万t/年。"),
        "demand_short": _("没有一种允许的选址能满足全部需求 {demand} 万t/年；所示方案缺 {short} 万t/年。"),
        "demand_unreachable": _("需求点 {point}（{demand} 万t/年）没有任何供应点够得到。"),
        "lines_exceed_places": _("要求 {lines:g} 条线，候选点只容得下 {places:g} 条。"),
        "spacing_limits_lines": _("要求 {lines:g} 条线，按最小间距最多只能放 {places:g} 条。"),
        "forced_exceed_lines": _(
            "已锁定 {forced:g} 条线（{pinned}），但总数只要求 {lines:g} 条："
            "请解锁 {over:g} 条，或把条数改为 {forced:g}。"
        ),
        "quotas_exceed_lines": _("各方位合计至少要 {quota:g} 条线，但总数只有 {lines:g} 条。"),
        "quotas_below_lines": _("要求 {lines:g} 条线，各方位合计最多只允许 {quota:g} 条。"),
        "quota_contradiction": _("{sector}至少要 {least:g} 条线，却最多只许 {most:g} 条。"),
        "quota_exceeds_places": _("{sector}至少要 {least:g} 条线，但那里的候选点只容得下 {places:g} 条。"),
        "forced_exceeds_quota": _(
            "{sector}锁定了 {forced:g} 条线（{pinned}），但最多只许 {most:g} 条："
            "请解锁 {over:g} 条，或放宽该方位的条数。"
        ),
        "forced_and_forbidden": _("站点 {site} 既锁定又禁用。"),
        "forced_exceeds_max_lines": _("站点 {site} 锁定了 {forced:g} 条线，但最多容 {places:g} 条。"),
        "forced_too_close": _("站点 {site} 与 {other} 都已锁定，但两者近于最小间距。"),
        "no_selection": _("条数、方位条数与最小间距放在一起，没有一种选址能同时满足。"),
    }
    if fact.code not in texts:
        return str(fact)
    numbers: dict[str, Any] = {**fact.numbers, **_amounts(fact.numbers)}
    for key in ("site", "other"):
        if key in numbers:
            numbers[key] = case.candidates.index[int(numbers[key])]
    if "group" in numbers:
        numbers["sector"] = sector_label(SECTORS[int(numbers["group"])])
    if "forced" in numbers:
        numbers["pinned"] = _pinned(case, SECTORS[int(numbers["group"])] if "group" in numbers else "")
        numbers["over"] = numbers["forced"] - numbers.get("lines", numbers.get("most", 0))
    if "demand_point" in numbers:
        key = case.demand.index[int(numbers["demand_point"])]
        name = str(case.demand["name"][key]) if "name" in case.demand else ""
        numbers["point"] = name or key
    return texts[fact.code].format(**numbers)


def _pinned(case: SitingCase, sector: str) -> str:
    """Sites with locked lines, of one sector where one is given, with how many where that is more than one."""
    sectors = case.candidates["sector"]
    here = [(site, lines) for site, lines in case.settings.forced if sector in ("", sectors.get(site))]
    named = [site if lines == 1 else _("{site}（{lines} 条）").format(site=site, lines=lines) for site, lines in here]
    more = _("等 {count} 处").format(count=len(named)) if len(named) > _SHOWN else ""
    return _("、").join(named[:_SHOWN]) + more


def fact_sentences(facts: Sequence[solver.Fact], case: SitingCase) -> list[str]:
    """What is short or contradictory, a sentence each; of many points out of reach the first few and a count."""
    lost = [fact for fact in facts if fact.code == "demand_unreachable"]
    said = [fact_sentence(fact, case) for fact in facts if fact.code != "demand_unreachable"]
    said += [fact_sentence(fact, case) for fact in lost[:_SHOWN]]
    if len(lost) > _SHOWN:
        said.append(_("还有 {count} 个需求点也没有任何供应点够得到。").format(count=len(lost) - _SHOWN))
    return said


def _amounts(numbers: Mapping[str, float]) -> dict[str, str]:
    """Tonnes of a fact, with as many digits as the smallest of them needs to show."""
    tonnes = {key: numbers[key] for key in ("demand", "capacity", "short") if key in numbers}
    least = min((value for value in tonnes.values() if value > 0), default=1.0)
    places = min(max(1 - math.floor(math.log10(least)), 1), 6)
    return {key: f"{value:,.{places}f}".rstrip("0").rstrip(".") for key, value in tonnes.items()}


def plan_problems(case: SitingCase, proposal: SitingProposal) -> list[str]:
    """Wishes that a plan does not keep (number of lines, quotas, spacing, room on a site), a sentence each."""
    s, sites = case.settings, proposal.sites
    built = int(sites["lines"].sum())
    found = []
    if built > s.lines or (s.exact and built != s.lines):
        found.append(_("共 {built} 条线，要求 {lines} 条。").format(built=built, lines=s.lines))
    for sector, least, most in s.quotas if s.apply_rules else ():
        here = int(sites.loc[sites["sector"] == sector, "lines"].sum())
        if here < least or (most is not None and here > most):
            found.append(
                _("{sector}有 {here} 条线，要求 {least}–{most} 条。").format(
                    sector=sector_label(sector), here=here, least=least, most=s.lines if most is None else most
                )
            )
    for a, b in too_close(sites, s.spacing_km):
        metres = sites.geometry.iloc[a].distance(sites.geometry.iloc[b])
        found.append(
            _("{a} 号与 {b} 号相距 {km:.1f} km，小于最小间距 {spacing:g} km。").format(
                a=sites["number"].iloc[a], b=sites["number"].iloc[b], km=metres / M_PER_KM, spacing=s.spacing_km
            )
        )
    crowded = sites[sites["lines"] > s.lines_per_site]
    found += [
        _("{site} 号有 {lines} 条线，一个站点最多 {most} 条。").format(site=number, lines=lines, most=s.lines_per_site)
        for number, lines in zip(crowded["number"], crowded["lines"], strict=True)
    ]
    return found
