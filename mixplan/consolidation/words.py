"""What a consolidation plan means in words: how good it is, and why each station is decided on as it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.consolidation.case import Case
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.takeover import sole_supply, takeover
from mixplan.consolidation.tradeoff import Otherwise
from mixplan.plan.actions import CLOSE, MERGE, RETAIN, STOPS, UPGRADE
from mixplan.screening.verdicts import CERTAIN, FLAG

_NAMED = 3  # names in a sentence before "and so on"


def missing_label(status_note: str) -> str:
    """What is not known of a station that stays outside the model."""
    return {"capacity": _("产能未知"), "location": _("没有坐标")}[status_note]


def gap_sentence(gap: float) -> str:
    """The proven gap as it is said in a meeting."""
    if not math.isfinite(gap):
        return _("还没有证明过下界，说不出与理论最优的差距：请放宽时限再求解。")
    if gap <= 1e-6:
        return _("在本模型和所列假设下，此方案已证明最优。")
    return _("此方案的总代价与理论最优相差不超过 {gap:.2f}%（按本模型和所列假设）。").format(gap=at_most_pct(gap, 2))


def _names(names: list[str]) -> str:
    shown = _("、").join(names[:_NAMED])
    return shown if len(names) <= _NAMED else _("{names} 等 {count} 处").format(names=shown, count=len(names))


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of one station, to say why it is decided on as it is."""

    station: pd.Series
    """Its row of the case's stations."""
    decided: dict[str, Any]
    """Its row of the plan's actions."""
    issues: str
    """What the screening found, in words."""
    heirs: pd.DataFrame
    """Who takes over from it."""
    alone: gpd.GeoDataFrame
    """Demand points that nobody else reaches."""
    output: float
    """What it delivers in the target year, 万m³."""
    incoming: list[str]
    """Names of the stations that merge into it."""


def reasons(plan: Plan, findings: pd.DataFrame, titles: dict[str, str]) -> pd.Series:
    """One sentence for each station: what is decided and why, in the language in force.

    Parameters
    ----------
    findings : DataFrame
        Findings of the screening.
    titles : dict
        Title of each rule in the language in force, by rule id.
    """
    sentences = {}
    for plant, known in _known(plan, findings, titles).items():
        if known.decided["verify"]:
            sentences[plant] = _outside_model(known)
        elif known.decided["action"] in STOPS:
            sentences[plant] = _stops(plan.case, known)
        else:
            sentences[plant] = _stays(plan.case, known)
    return pd.Series(sentences, index=plan.actions.index, dtype=object, name="reason")


def _known(plan: Plan, findings: pd.DataFrame, titles: dict[str, str]) -> dict[str, _Known]:
    """What is known of each station, by plant id."""
    case, names = plan.case, plan.case.stations["name"]
    flags = findings[(findings["verdict"] == FLAG) & findings["plant_id"].isin(case.stations.index)]
    said: dict[str, list[str]] = {}
    for row in flags.to_dict("records"):
        doubt = "" if row["certainty"] == CERTAIN else _("（待核实）")
        said.setdefault(str(row["plant_id"]), []).append(titles[str(row["rule_id"])] + doubt)
    incoming: dict[str, list[str]] = {}
    for plant, into in plan.actions["into"].dropna().items():
        incoming.setdefault(str(into), []).append(str(names[plant]))
    heirs, alone = takeover(plan), sole_supply(case)
    heirs = heirs.assign(name=heirs["by"].map(names))
    heirs_of = {str(plant): part for plant, part in heirs.groupby("plant_id", sort=False)}
    last = plan.flows[plan.flows["year"] == case.problem.years[-1]]
    output = last.groupby("plant_id")["amount"].sum().to_dict()
    return {
        plant: _Known(
            station=case.stations.loc[plant],
            decided=decided,
            issues=_("、").join(said.get(plant, [])),
            heirs=heirs_of.get(plant, heirs.iloc[:0]),
            alone=case.demand.iloc[alone.get(plant, [])],
            output=output.get(plant, 0.0),
            incoming=incoming.get(plant, []),
        )
        for plant, decided in _rows(plan.actions)
    }


def _rows(table: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    """Rows of a table with their index, as plain dictionaries."""
    records = table.to_dict("records")
    return [(str(i), {str(k): v for k, v in row.items()}) for i, row in zip(table.index, records, strict=True)]


def _outside_model(known: _Known) -> str:
    """Why nothing was decided on a station."""
    why = missing_label(known.station["status_note"])
    if known.station["lock"] == CLOSE:
        return _("按规划人员的决定退出；{why}，没有参与优化。").format(why=why)
    text = _("{why}，不参与优化，先予保留，待核实后再定").format(why=why)
    if known.station["lock"] == RETAIN:
        text = _("按规划人员的决定保留；{why}，没有参与优化").format(why=why)
    return text + (_("；筛查所见：{issues}。").format(issues=known.issues) if known.issues else _("。"))


def _stops(case: Case, known: _Known) -> str:
    """Why a station stops, and who takes over from it."""
    text = _why_it_stops(case, known)
    if known.issues:
        text += _("；筛查所见：{issues}").format(issues=known.issues)
    heirs = known.heirs
    if heirs.empty:
        return text + _("；全部站点保留时它也没有供应任务。")
    shown = _("、").join(f"{row['name']} {row['amount']:.0f} 万m³" for row in heirs.head(_NAMED).to_dict("records"))
    if len(heirs) > _NAMED:
        return text + _("；其供应由 {heirs} 等 {count} 站接替。").format(heirs=shown, count=len(heirs))
    return text + _("；其供应由 {heirs} 接替。").format(heirs=shown)


def _why_it_stops(case: Case, known: _Known) -> str:
    if known.station["lock"] == CLOSE:
        return _("按规划人员的决定退出")
    if known.decided["action"] == MERGE:
        into = case.stations.loc[known.decided["into"]]
        apart = known.station.geometry.distance(into.geometry) / 1000.0
        same = known.station["company"] and known.station["company"] == into["company"]
        text = _("整合到同一企业的{name}（相距 {km:.1f} km）") if same else _("整合到相邻的{name}（相距 {km:.1f} km）")
        return text.format(name=into["name"], km=apart)
    if known.issues:
        return _("退出：保留问题和占用产能指标的代价高于退出损失和增加的运距")
    return _("退出：没有需治理的问题，但总产能须压到上限以内，它退出使全市代价增加最少")


def _stays(case: Case, known: _Known) -> str:
    """Why a station stays, what it becomes, and how well it is used."""
    decided = [_("按规划人员的决定保留")] if known.station["lock"] == RETAIN else []
    if known.decided["action"] == UPGRADE:
        decided.append(_upgrade(case, known))
    text = _with_grounds(case, known, _("，").join(decided))
    after = known.decided["capacity_after"]
    used = 100.0 * known.output / after if after else 0.0
    text += _("；供应 {output:.0f} 万m³，利用率 {used:.0f}%").format(output=known.output, used=used)
    if known.station["unknown"]:
        text += _("；有资料待核实")
    return text + _("。")


def _upgrade(case: Case, known: _Known) -> str:
    """What an upgraded station becomes."""
    standard = case.settings.standard_wan_m3
    text = _("改造到 {after:.0f} 万m³/年").format(after=known.decided["capacity_after"])
    if known.decided["capacity_before"] < standard:
        text += _("（达到 {standard:g} 万m³ 的标准）").format(standard=standard)
    if known.incoming:
        text += _("，接收 {names}").format(names=_names(known.incoming))
    return text


def _with_grounds(case: Case, known: _Known, decided: str) -> str:
    """Why a station stays, after what has been decided on it."""
    lead = decided + _("；") if decided else _("保留：")
    if len(known.alone):
        text = lead + _("半径 {radius:g} km 内只有它能供应{where}（{amount:.1f} 万m³）").format(
            radius=case.settings.radius_km,
            where=_names(list(known.alone["name"])),
            amount=float(known.alone["weight"].sum()),
        )
        if known.issues:
            text += _("，虽有问题（{issues}）仍须保留").format(issues=known.issues)
        return text
    if known.issues and known.station["lock"] == RETAIN:
        # It is kept because it was said so, whatever closing would have cost.
        return decided + _("；筛查所见：{issues}").format(issues=known.issues)
    if known.issues:
        return lead + _("虽有问题（{issues}），退出的损失和增加的运距代价更高").format(issues=known.issues)
    return decided or _("保留：没有发现需治理的问题")


def otherwise_sentence(found: Otherwise) -> str:
    """The cost of deciding otherwise in one sentence."""
    what = _("改为退出") if found.decision == CLOSE else _("改为保留")
    if not math.isfinite(found.high):
        return _("{what}：{message}").format(what=what, message=found.message)
    return _(
        "{what}并重新优化其余站点，目标年代价变化在 {low:+,.0f} 至 {high:+,.0f} 万元/年之间（两次求解的证明界）。"
    ).format(what=what, low=found.low, high=found.high)
