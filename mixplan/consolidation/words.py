"""What a consolidation plan means in words and comparisons: reasons, the cost of deciding otherwise, the trade-off
between flagged stations and haul, and the back-test against what was reported later."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.consolidation.case import Case
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.settings import MERGE, SHUT, UPGRADE
from mixplan.consolidation.takeover import sole_supply, takeover
from mixplan.consolidation.tradeoff import Otherwise
from mixplan.registers.decisions import CLOSE, KEEP, UNDECIDED

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
    if station["lock"] == CLOSE:
        return _("按规划人员的决定退出；{why}，没有参与优化。").format(why=why)
    text = _("{why}，不参与优化，先予保留，待核实后再定").format(why=why)
    if station["lock"] == KEEP:
        text = _("按规划人员的决定保留；{why}，没有参与优化").format(why=why)
    return text + (_("；筛查所见：{issues}。").format(issues=issues) if issues else _("。"))


def _stops(
    case: Case, row: dict[str, Any], station: Any, issues: str, heirs: pd.DataFrame | None, names: dict[str, str]
) -> str:
    if station["lock"] == CLOSE:
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
    text = _("按规划人员的决定保留") if station["lock"] == KEEP else ""
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
    elif issues and station["lock"] == KEEP:  # kept because it was said so, whatever closing would have cost
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


def otherwise_sentence(found: Otherwise) -> str:
    """The cost of deciding otherwise in one sentence."""
    what = _("改为退出") if found.decision == CLOSE else _("改为保留")
    if not math.isfinite(found.high):
        return _("{what}：{message}").format(what=what, message=found.message)
    return _(
        "{what}并重新优化其余站点，目标年代价变化在 {low:+,.0f} 至 {high:+,.0f} 万元/年之间（两次求解的证明界）。"
    ).format(what=what, low=found.low, high=found.high)


def lock_label(lock: str) -> str:
    """Name of the planner's own decision."""
    return {KEEP: _("保留"), CLOSE: _("退出"), UNDECIDED: _("未定")}[lock]
