"""A consolidation plan as tables in words, the same for pages, files and the command line."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city.sectors import sector_label
from mixplan.consolidation import backtest, settings, takeover
from mixplan.consolidation.joint import EXISTING, LINE, WET, JointPlan
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.tradeoff import Point
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import action_label, decision_label, labelled, rule_kind_label, unit_text


def action_table(plan: Plan, reasons: pd.Series, *, otherwise: pd.Series | None = None) -> pd.DataFrame:
    """Every station with its decision and reason."""
    stations, actions = plan.case.stations, plan.actions
    names = stations["name"].to_dict()
    table = pd.DataFrame(
        {
            _("名称"): stations["name"].to_numpy(dtype=object),
            _("处置"): labelled(actions["action"], action_label).to_numpy(dtype=object),
            _("年份"): actions["year"].array,  # whole years, missing where nothing changes
            _("并入"): [names.get(into, "") if into else "" for into in actions["into"]],
            _("现有产能（万m³/年）"): actions["capacity_before"].to_numpy(float),
            _("方案产能（万m³/年）"): actions["capacity_after"].to_numpy(float),
            _("问题分值"): stations["points"].to_numpy(float) + stations["note_points"].to_numpy(float),
            _("规划人员决定"): [decision_label(str(lock)) for lock in stations["lock"]],
            _("理由"): reasons.to_numpy(dtype=object),
            _("编号"): actions.index.to_numpy(dtype=object),
        }
    )
    if otherwise is not None:
        table.insert(7, _("另作决定（估计，万元/年）"), otherwise.round(0).to_numpy(float))
    return table


def totals_table(plan: Plan, *, rounded: bool = True) -> pd.DataFrame:
    """Totals of every year in words.

    Parameters
    ----------
    rounded : bool, optional
        Whether to two digits; a page that shows fewer rounds once itself.
    """
    names = {
        "year": _("年份"),
        "capacity": _("产能（万m³/年）"),
        "limit": _("上限（万m³/年）"),
        "sites": _("站点"),
        "modelled": _("其中推算"),
        "demand": _("需求（万m³/年）"),
        "served": _("供应（万m³/年）"),
        "utilisation_pct": _("利用率（%）"),
        "mean_haul_km": _("平均运距（km）"),
        "outside_pct": _("半径以外供应（%）"),
        "flagged": _("需治理站点"),
        "inside_fifth": _("五环内站点"),
        "inside_fifth_pct": _("五环内占比（%）"),
        "sensitive": _("敏感区内或附近站点"),
        "dust_index": _("扬尘指数（起始=100）"),
        "thin": _("半径内不足两站的需求点"),
    }
    table = plan.totals[list(names)].rename(columns=names)
    return table.round(2) if rounded else table


def flow_table(plan: Plan) -> pd.DataFrame:
    """Who delivers how much to which demand point in each year."""
    names, points = plan.case.stations["name"].to_dict(), plan.case.demand["name"].to_dict()
    flows = plan.flows
    return pd.DataFrame(
        {
            _("年份"): flows["year"],
            _("站点"): flows["plant_id"].map(names),
            _("需求点"): flows["demand"].map(points),
            _("供应（万m³/年）"): flows["amount"].round(3),
            _("运距（km）"): flows["haul_km"].round(2),
            _("站点编号"): flows["plant_id"],
            _("需求点编号"): flows["demand"],
        }
    )


def takeover_table(plan: Plan) -> pd.DataFrame:
    """Who takes over from each station that stops."""
    names = plan.case.stations["name"].to_dict()
    table = takeover.takeover(plan)
    return pd.DataFrame(
        {
            _("退出站点"): table["plant_id"].map(names),
            _("接替站点"): table["by"].map(names),
            _("接替供应（万m³/年）"): table["amount"].astype(float).round(2),
            _("需求点数"): table["demand"],
        }
    )


def pareto_table(points: Sequence[Point]) -> pd.DataFrame:
    """The trade-off between flagged stations and haul."""
    return pd.DataFrame(
        {
            _("需治理站点"): [p.flagged for p in points],
            _("平均运距（km）"): [round(p.mean_haul_km, 2) for p in points],
            _("站点"): [p.sites for p in points],
            _("产能（万m³/年）"): [round(p.capacity, 1) for p in points],
            _("代价（万元/年，不含问题分值）"): [round(p.cost) for p in points],
            _("证明差距（%）"): [round(100 * p.gap, 2) for p in points],
        }
    )


def backtest_table(plan: Plan, reports: pd.DataFrame) -> pd.DataFrame:
    """The plan beside the city's later counts, each with its definition."""
    table = backtest.backtest_city(plan, reports)
    kind = table["kind"].map({"plan": _("方案"), "reported": _("公布")})
    return pd.DataFrame(
        {
            _("类别"): kind,
            _("时间"): table["period"],
            _("数量"): table["sites"],
            _("口径"): table["definition"],
            _("来源"): table["source"],
        }
    )


def backtest_district_table(plan: Plan, reports: pd.DataFrame, districts: gpd.GeoDataFrame) -> pd.DataFrame:
    """The plan beside the counts by district of 2018Q4."""
    names = {
        "district": _("区县"),
        "before": _("2010 在册"),
        "after": _("方案保留"),
        "even_cut": _("等比例压减"),
        "reported": _("2018 四季度公布"),
        "before_pct": _("在册占比（%）"),
        "after_pct": _("方案占比（%）"),
        "reported_pct": _("公布占比（%）"),
    }
    return backtest.backtest_districts(plan, reports, districts)[list(names)].rename(columns=names)


def settings_table(plan: Plan, book: RuleBook) -> pd.DataFrame:
    """Every limit, weight and assumption of the plan with its unit and source."""
    rows = [
        (
            local(row, "title"),
            getattr(plan.case.settings, name),
            unit_text(row.unit),
            rule_kind_label(row.kind),
            row.source,
        )
        for name, row in ((name, book.parameters[key]) for name, key in settings.PARAMETERS.items())
    ]
    return pd.DataFrame(rows, columns=[_("参数"), _("取值"), _("单位"), _("性质"), _("来源")])


def line_table(made: JointPlan) -> pd.DataFrame:
    """The new mortar lines of a joint run, numbered as on the maps."""
    degrees = list(made.degrees.values())
    return pd.DataFrame(
        {
            _("序号"): range(1, len(degrees) + 1),
            _("编号"): made.lines.index.to_numpy(dtype=object),
            _("方位"): labelled(made.lines["sector"], sector_label).to_numpy(dtype=object),
            _("经度"): [lon for _lat, lon in degrees],
            _("纬度"): [lat for lat, _lon in degrees],
            _("产能（万t/年）"): made.lines["capacity"].to_numpy(float),
            _("使用（万t/年）"): made.lines["used"].round(1).to_numpy(float),
        }
    )


def mortar_flow_table(made: JointPlan) -> pd.DataFrame:
    """Who delivers how much mortar to which pooled demand point in a joint run."""
    kinds = {LINE: _("新建砂浆线"), EXISTING: _("现有砂浆厂"), WET: _("搅拌站湿砂浆")}
    return pd.DataFrame(
        {
            _("来源编号"): made.flows["source"],
            _("类别"): made.flows["kind"].map(kinds),
            _("需求点编号"): made.flows["demand"],
            _("供应（万t/年）"): made.flows["amount"].round(3),
            _("运距（km）"): made.flows["haul_km"].round(2),
        }
    )


def sheets(
    plan: Plan,
    reasons: pd.Series,
    reports: pd.DataFrame,
    districts: gpd.GeoDataFrame,
    book: RuleBook,
    *,
    otherwise: pd.Series | None = None,
    pareto: Sequence[Point] | None = None,
    joint: JointPlan | None = None,
) -> dict[str, pd.DataFrame]:
    """The workbook of a plan, by sheet; what has not been computed has no sheet."""
    result = {
        _("处置"): action_table(plan, reasons, otherwise=otherwise),
        _("逐年"): totals_table(plan),
        _("供应"): flow_table(plan),
        _("接替"): takeover_table(plan),
        _("回测"): backtest_table(plan, reports),
        _("回测（区）"): backtest_district_table(plan, reports, districts),
        _("假设"): settings_table(plan, book),
    }
    if pareto:
        result[_("取舍")] = pareto_table(pareto)
    if joint is not None:
        result[_("砂浆线")] = line_table(joint)
        result[_("砂浆供应")] = mortar_flow_table(joint)
    return result


def joint_sentence(made: JointPlan) -> str:
    """The mortar side of a joint run in one sentence."""
    t = made.totals
    return _(
        "砂浆需求 {demand:,.0f} 万t：新线 {lines:,.0f}，现有厂 {existing:,.0f}，保留站湿砂浆 {wet:,.0f}，缺供 "
        "{unmet:,.1f} 万t；平均运距 {haul:.1f} km。"
    ).format(
        demand=t["demand"],
        lines=t["lines"],
        existing=t["existing"],
        wet=t["wet"],
        unmet=t["unmet"],
        haul=t["mean_haul_km"],
    )
