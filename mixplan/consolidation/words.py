"""What a consolidation plan means in words and comparisons: reasons, the cost of deciding otherwise, the trade-off
between flagged stations and haul, and the back-test against what was reported later."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.errors import InfeasibleError
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import at_most_pct
from mixplan.consolidation import model
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.model import CLOSE, KEEP, Progress, Watcher
from mixplan.consolidation.plan import MERGE, RETAIN, SHUT, UPGRADE, Case, Plan
from mixplan.registers.decisions import CLOSE as CLOSE_WORD
from mixplan.registers.decisions import KEEP as KEEP_WORD
from mixplan.registers.decisions import UNDECIDED

_NAMED = 3  # names in a sentence before "and so on"


def status_label(status: str) -> str:
    """How a search ended, in words."""
    return {
        "optimal": _("已证明最优"),
        "gap_reached": _("达到要求的差距"),
        "time_limit": _("到达时限，为目前最好的方案"),
        "interrupted": _("已停止，为目前最好的方案"),
        "infeasible": _("没有可行方案"),
    }[status]


def gap_sentence(gap: float) -> str:
    """The proven gap as it is said in a meeting."""
    if gap <= 1e-6:
        return _("在本模型和所列假设下，此方案已证明最优。")
    return _("此方案的总代价与理论最优相差不超过 {gap:.2f}%（按本模型和所列假设）。").format(gap=at_most_pct(gap, 2))


def _names(names: list[str]) -> str:
    shown = _("、").join(names[:_NAMED])
    return shown if len(names) <= _NAMED else _("{names} 等 {count} 处").format(names=shown, count=len(names))


# --- who takes over, and who alone can serve --------------------------------------------------------------------------


def takeover(plan: Plan) -> pd.DataFrame:
    """Who takes over the demand of each station that stops.

    What a stopped station would deliver in the target year if every station stood (shortest hauls), matched point by
    point with who delivers there in the plan.

    Returns
    -------
    DataFrame
        ``plant_id`` (stopped), ``by`` (takes over), ``amount`` (万m³), ``demand`` (number of points); largest first.
    """
    case = plan.case
    p = case.problem
    found = model.dispatch(replace(p, demand=p.demand[-1:], limit=p.limit[-1:], years=p.years[-1:]))
    columns = ["plant_id", "by", "amount", "demand"]
    if found is None:
        return pd.DataFrame(columns=columns)
    ids, points = np.array(case.ids, dtype=object), case.demand.index.to_numpy(dtype=object)
    was = pd.DataFrame({"plant_id": ids[found[0][:, 1]], "demand": points[found[0][:, 2]], "was": found[1]})
    stopped = plan.actions.index[plan.actions["action"].isin([MERGE, SHUT])]
    was = was[was["plant_id"].isin(stopped)]
    now = plan.flows[plan.flows["year"] == p.years[-1]]
    share = now["amount"] / now.groupby("demand")["amount"].transform("sum")
    now = pd.DataFrame({"demand": now["demand"], "by": now["plant_id"], "share": share})
    both = was.merge(now, on="demand")
    both["amount"] = both["was"] * both["share"]
    table = both.groupby(["plant_id", "by"], as_index=False).agg(amount=("amount", "sum"), demand=("demand", "nunique"))
    return table.sort_values(["plant_id", "amount"], ascending=[True, False], ignore_index=True)[columns]


def sole_supply(case: Case) -> dict[str, list[int]]:
    """Demand points (positions) that lie within the haul radius of one station only, by that station."""
    near = case.problem.haul_km <= case.problem.radius_km
    alone = np.flatnonzero(near.sum(axis=0) == 1)
    found: dict[str, list[int]] = {}
    for j in alone:
        found.setdefault(case.ids[int(near[:, j].argmax())], []).append(int(j))
    return found


# --- reasons ----------------------------------------------------------------------------------------------------------


def reasons(plan: Plan, findings: pd.DataFrame, titles: dict[str, str]) -> pd.Series:
    """One sentence for each station: what is decided and why, in the language in force.

    Parameters
    ----------
    findings : DataFrame
        Findings of the screening.
    titles : dict
        Title of each rule in the language in force, by rule id.
    """
    case = plan.case
    flags = findings[(findings["verdict"] == "flag") & findings["plant_id"].isin(case.stations.index)]
    said: dict[str, list[str]] = {}
    for row in flags.to_dict("records"):
        doubt = "" if row["certainty"] == "certain" else _("（待核实）")
        said.setdefault(str(row["plant_id"]), []).append(titles[str(row["rule_id"])] + doubt)
    heirs = takeover(plan)
    by_station = {str(plant): part for plant, part in heirs.groupby("plant_id", sort=False)}
    alone = sole_supply(case)
    last = plan.flows[plan.flows["year"] == case.problem.years[-1]]
    output = last.groupby("plant_id")["amount"].sum().to_dict()
    names = {str(k): str(v) for k, v in case.stations["name"].items()}
    incoming: dict[str, list[str]] = {}
    for plant, into in plan.actions["into"].dropna().items():
        incoming.setdefault(str(into), []).append(names[str(plant)])
    sentences = []
    for plant, decided in _rows(plan.actions):
        station = case.stations.loc[plant]
        issues = _("、").join(said.get(plant, []))
        if decided["verify"]:
            sentences.append(_outside_model(station, issues))
        elif decided["action"] in (MERGE, SHUT):
            sentences.append(_stops(case, decided, station, issues, by_station.get(plant), names))
        else:
            sentences.append(
                _stays(
                    case,
                    decided,
                    station,
                    issues,
                    alone.get(plant, []),
                    output.get(plant, 0.0),
                    incoming.get(plant, []),
                )
            )
    return pd.Series(sentences, index=plan.actions.index, dtype=object, name="reason")


def _rows(table: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    """Rows of a table with their index, as plain dictionaries."""
    records = table.to_dict("records")
    return [(str(i), {str(k): v for k, v in row.items()}) for i, row in zip(table.index, records, strict=True)]


def _outside_model(station: Any, issues: str) -> str:
    why = _("产能未知") if station["status_note"] == "capacity" else _("没有坐标")
    if station["lock"] == CLOSE_WORD:
        return _("按规划人员的决定退出；{why}，没有参与优化。").format(why=why)
    text = _("{why}，不参与优化，先予保留，待核实后再定").format(why=why)
    if station["lock"] == KEEP_WORD:
        text = _("按规划人员的决定保留；{why}，没有参与优化").format(why=why)
    return text + (_("；筛查所见：{issues}。").format(issues=issues) if issues else _("。"))


def _stops(
    case: Case, row: dict[str, Any], station: Any, issues: str, heirs: pd.DataFrame | None, names: dict[str, str]
) -> str:
    if station["lock"] == CLOSE_WORD:
        text = _("按规划人员的决定退出")
    elif row["action"] == MERGE:
        into = case.stations.loc[row["into"]]
        apart = station.geometry.distance(into.geometry) / 1000.0
        same = station["company"] and station["company"] == into["company"]
        text = (
            _("整合到同一企业的{name}（相距 {km:.1f} km）") if same else _("整合到相邻的{name}（相距 {km:.1f} km）")
        ).format(name=names[str(row["into"])], km=apart)
    elif issues:
        text = _("退出：保留问题和占用产能指标的代价高于退出损失和增加的运距")
    else:
        text = _("退出：没有需治理的问题，但总产能须压到上限以内，它退出使全市代价增加最少")
    if issues:
        text += _("；筛查所见：{issues}").format(issues=issues)
    if heirs is None or heirs.empty:
        return text + _("；全部站点保留时它也没有供应任务。")
    parts = [f"{names[str(r['by'])]} {r['amount']:.0f} 万m³" for r in heirs.head(_NAMED).to_dict("records")]
    shown = _("、").join(parts)
    if len(heirs) > _NAMED:
        return text + _("；其供应由 {heirs} 等 {count} 站接替。").format(heirs=shown, count=len(heirs))
    return text + _("；其供应由 {heirs} 接替。").format(heirs=shown)


def _stays(
    case: Case, row: dict[str, Any], station: Any, issues: str, alone: list[int], output: float, incoming: list[str]
) -> str:
    s = case.settings
    text = _("按规划人员的决定保留") if station["lock"] == KEEP_WORD else ""
    if row["action"] == UPGRADE:
        up = _("改造到 {after:.0f} 万m³/年").format(after=row["capacity_after"])
        if row["capacity_before"] < s.standard_wan_m3:
            up += _("（达到 {standard:g} 万m³ 的标准）").format(standard=s.standard_wan_m3)
        if incoming:
            up += _("，接收 {names}").format(names=_names(incoming))
        text = text + _("，") + up if text else up
    points = case.demand.iloc[alone]
    if len(points):
        where = _names(list(points["name"]))
        only = _("半径 {radius:g} km 内只有它能供应{where}（{amount:.1f} 万m³）").format(
            radius=s.radius_km, where=where, amount=float(points["weight"].sum())
        )
        text = (text + _("；") if text else _("保留：")) + only
        if issues:
            text += _("，虽有问题（{issues}）仍须保留").format(issues=issues)
    elif issues and station["lock"] == KEEP_WORD:  # kept because it was said so, whatever closing would have cost
        text += _("；筛查所见：{issues}").format(issues=issues)
    elif issues:
        kept = _("虽有问题（{issues}），退出的损失和增加的运距代价更高").format(issues=issues)
        text = (text + _("；") if text else _("保留：")) + kept
    elif not text:
        text = _("保留：没有发现需治理的问题")
    used = 100.0 * output / row["capacity_after"] if row["capacity_after"] else 0.0
    text += _("；供应 {output:.0f} 万m³，利用率 {used:.0f}%").format(output=output, used=used)
    if station["unknown"]:
        text += _("；有资料待核实")
    return text + _("。")


# --- the cost of deciding otherwise -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Otherwise:
    """What it costs, in the target year alone, to decide otherwise on one station and to plan everything else anew.

    Attributes
    ----------
    decision : str
        ``keep`` or ``close``: the decision that was tried instead.
    low, high : float
        Proven range of the extra cost in 万元 a year; infinite where the other decision leaves no plan.
    message : str
        Why there is no plan, or empty.
    """

    plant_id: str
    decision: str
    low: float
    high: float
    message: str = ""


def target_year(case: Case) -> Case:
    """The same case for the target year alone."""
    p = case.problem
    single = replace(p, demand=p.demand[-1:], limit=p.limit[-1:], years=p.years[-1:], max_closures=None)
    return replace(case, problem=single, settings=replace(case.settings, years=case.settings.years[-1:]))


def otherwise(
    plan: Plan, plant_id: str, *, gap: float = 0.001, time_limit_s: float = 45.0, watcher: Watcher | None = None
) -> Otherwise:
    """Solve again with one station's decision turned round; both runs are of the target year alone.

    The range follows from the proven bounds of both runs, so the true extra cost lies in it.
    """
    case = target_year(plan.case)
    i = case.ids.index(plant_id)
    stands = plan.actions.loc[plant_id, "action"] in (RETAIN, UPGRADE)
    lock = case.problem.locks.copy()
    base = plan.solution
    if len(plan.case.problem.years) > 1 or base.gap > gap:
        base = model.solve(case.problem, gap=gap, time_limit_s=time_limit_s, watcher=watcher)
    lock[i] = CLOSE if stands else KEEP
    decision = CLOSE_WORD if stands else KEEP_WORD
    turned = replace(case, problem=replace(case.problem, lock=lock))
    blocked = consolidation_plan.obstacles(turned)
    if blocked:
        return Otherwise(plant_id, decision, math.inf, math.inf, " ".join(o.text for o in blocked))
    other = model.solve(turned.problem, gap=gap, time_limit_s=time_limit_s, watcher=watcher)
    if other.status == "infeasible":
        return Otherwise(plant_id, decision, math.inf, math.inf, _("另作决定后没有可行方案。"))
    if not (math.isfinite(other.objective) and math.isfinite(base.objective)):
        raise InfeasibleError(_("另作决定的代价没有算完。"))
    return Otherwise(plant_id, decision, other.bound - base.objective, other.objective - base.bound)


def otherwise_sentence(found: Otherwise) -> str:
    """The cost of deciding otherwise in one sentence."""
    what = _("改为退出") if found.decision == CLOSE_WORD else _("改为保留")
    if not math.isfinite(found.high):
        return _("{what}：{message}").format(what=what, message=found.message)
    return _(
        "{what}并重新优化其余站点，目标年代价变化在 {low:+,.0f} 至 {high:+,.0f} 万元/年之间（两次求解的证明界）。"
    ).format(what=what, low=found.low, high=found.high)


def otherwise_estimates(plan: Plan, *, watcher: Callable[[int, int], bool] | None = None) -> pd.Series:
    """A quick estimate for every station of what deciding otherwise would cost (万元 a year, target year).

    The difference of two relaxations, in which the other stations may be kept in part; an estimate, neither an upper
    nor a lower bound. Missing for stations outside the model, infinite where no plan is left.
    """
    case = target_year(plan.case)
    stops = plan.actions["action"].isin([MERGE, SHUT])
    sides = model.relaxed_sides(case.problem, watcher)
    extra = pd.Series(np.nan, index=plan.actions.index, name="otherwise")
    for i, plant in enumerate(case.ids):
        closed, kept = sides[i]
        extra[plant] = kept - closed if stops[plant] else closed - kept
    return extra


# --- fewer flagged stations against longer haul -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Point:
    """One point of the trade-off: the cheapest plan with at most so many flagged stations."""

    most_flagged: int
    flagged: int
    mean_haul_km: float
    sites: int
    capacity: float
    cost: float
    gap: float
    plan: Plan


def _still(watcher: Callable[[int, int], bool], number: int, of: int, _progress: Progress) -> bool:
    return watcher(number, of)


def pareto(
    case: Case,
    *,
    steps: int = 7,
    gap: float = 0.01,
    time_limit_s: float = 20.0,
    watcher: Callable[[int, int], bool] | None = None,
) -> list[Point]:
    """Plans from as few flagged stations as possible to as many as stand today, in the target year.

    Severity is not priced here; the number of flagged stations that stay is capped instead, so each point is the
    cheapest plan in haul, capital and stations lost under that cap. Points that another point beats in both numbers
    are left out.
    """
    base = target_year(case)
    p = base.problem
    free = replace(
        p,
        keep_cost=np.zeros(p.n),
        note_cost=np.zeros(p.n),
        limits=tuple(limit for limit in p.limits if limit.name != "flagged"),
    )
    members = base.stations.loc[base.stations["in_model"], "flagged"].to_numpy(bool)
    held = int((base.stations["flagged"] & ~base.stations["in_model"] & (base.stations["lock"] != CLOSE_WORD)).sum())
    forced = held + int((members & (p.locks == KEEP)).sum())
    most = held + int((members & (p.locks != CLOSE)).sum())
    points: list[Point] = []
    tried: set[int] = set()
    caps = [round(float(c)) for c in np.linspace(most, forced, max(steps, 2))]
    for number, cap in enumerate(caps):
        if watcher is not None and not watcher(number, len(caps)):
            break
        if cap in tried or (points and cap > points[-1].flagged):
            continue
        tried.add(cap)
        limited = replace(free, limits=(*free.limits, model.Limit("flagged", members, cap, held)))
        settings = replace(base.settings, severity_cost=0.0, max_flagged=cap, gap=gap, time_limit_s=time_limit_s)
        try:
            plan = consolidation_plan.solve(
                replace(base, problem=limited, settings=settings),
                watcher=None if watcher is None else partial(_still, watcher, number, len(caps)),
            )
        except InfeasibleError:
            break
        if plan.status == "interrupted":
            break
        last = plan.totals.iloc[-1]
        points.append(
            Point(cap, int(last["flagged"]), float(last["mean_haul_km"]), int(last["sites"]), float(last["capacity"]),
                  plan.solution.objective, plan.solution.gap, plan)
        )  # fmt: skip
    kept = [
        a for a in points
        if not any(
            (b.flagged <= a.flagged and b.mean_haul_km < a.mean_haul_km - 1e-9)
            or (b.flagged < a.flagged and b.mean_haul_km <= a.mean_haul_km + 1e-9)
            for b in points
        )
    ]  # fmt: skip
    return sorted(kept, key=lambda point: point.flagged)


# --- back-test --------------------------------------------------------------------------------------------------------


def backtest_city(plan: Plan, reports: pd.DataFrame) -> pd.DataFrame:
    """Stations left by the plan beside the city's counts that were reported later, each with its own definition.

    Returns
    -------
    DataFrame
        ``period``, ``sites``, ``definition``, ``source``, ``kind`` (``plan`` or ``reported``), in order of time.
    """
    rows = [
        {
            "period": str(row["year"]),
            "sites": int(row["sites"]),
            "definition": _("本方案：仍在的站点") if n else _("登记册：2010 年底在册站点"),
            "source": _("本次计算") if n else "data/plants.csv",
            "kind": "plan",
        }
        for n, row in enumerate(plan.totals.to_dict("records"))
    ]
    city = reports[reports["scope"] == "city"]
    rows += [
        {
            "period": row["period"],
            "sites": int(row["sites"]),
            "definition": local(row, "definition"),
            "source": row["source"],
            "kind": "reported",
        }
        for row in city.to_dict("records")
    ]
    return pd.DataFrame(rows)


def backtest_districts(plan: Plan, reports: pd.DataFrame, districts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Stations by district: the inventory, the plan's last year, and the count of 2018Q4, with each share.

    The register's modelled stations were spread by the shares of 2018Q4, so equal shares prove nothing; only where the
    plan departs from an even cut does the comparison say something. ``even_cut`` is that even cut.
    """
    case = plan.case
    stand = consolidation_plan.standing(case, plan.solution, len(case.problem.years) - 1)
    district = case.stations["district_id"]
    before = district.value_counts()
    after = district[stand.to_numpy(bool)].value_counts()
    reported = reports[reports["scope"] == "district"].set_index("district")["sites"]
    table = pd.DataFrame(
        {
            "district": [local(row) for row in districts.drop(columns="geometry").to_dict("records")],
            "before": before.reindex(districts["id"]).fillna(0).astype(int).to_numpy(),
            "after": after.reindex(districts["id"]).fillna(0).astype(int).to_numpy(),
            "reported": reported.reindex(districts["name"]).to_numpy(),
        }
    )
    total = int(table["before"].sum())
    table["even_cut"] = (table["before"] * table["after"].sum() / total).round(1) if total else 0.0
    for column in ("before", "after", "reported"):
        whole = float(table[column].sum())
        table[f"{column}_pct"] = (100.0 * table[column] / whole).round(1) if whole else math.nan
    return table


def backtest_limits() -> list[str]:
    """What the comparison can and cannot show, a sentence each."""
    return [
        _(
            "后来公布的数量口径不同：正常生产的企业（2017）、正常生产的企业及站点（2018–2019）、"
            "有资质的站点（2019 年以后），不能连成一条线，也不能直接与方案相减。"
        ),
        _(
            "177 个模拟站点按 2018 年四季度的分区比例布点，所以分区比例相近是输入造成的，不是验证；"
            "只有方案偏离“等比例压减”的部分才有信息。"
        ),
        _("规划期是 2011–2015 年，公布数是 2017 年以后；其间还有 2013–2017 清洁空气行动等政策，方案没有包含。"),
        _("能看的是量级：在 7,000 万m³ 上限和所列假设下，剩余站点数是否落在后来出现过的范围内。"),
    ]


def lock_label(lock: str) -> str:
    """Name of the planner's own decision."""
    return {KEEP_WORD: _("保留"), CLOSE_WORD: _("退出"), UNDECIDED: _("未定")}[lock]
