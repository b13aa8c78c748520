"""The plan beside what was reported later."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.consolidation import totals
from mixplan.consolidation.plan import Plan


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
            "definition": _("本方案：仍在的站点")
            if n
            else _("登记册：{year} 年底在册站点").format(year=int(row["year"])),
            "source": _("本次计算") if n else _("所用的登记册"),
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
    stand = totals.standing(case, plan.solution, len(case.problem.years) - 1)
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


def backtest_limits(plan: Plan) -> list[str]:
    """What the comparison can and cannot show, a sentence each."""
    settings, stations = plan.case.settings, plan.case.stations
    modelled = int((stations["evidence"] == "modelled").sum())
    sentences = [
        _(
            "后来公布的数量口径不同：正常生产的企业（2017）、正常生产的企业及站点（2018–2019）、"
            "有资质的站点（2019 年以后），不能连成一条线，也不能直接与方案相减。"
        )
    ]
    if modelled:
        sentences.append(
            _(
                "{count} 个模拟站点按 2018 年四季度的分区比例布点，所以分区比例相近是输入造成的，不是验证；"
                "只有方案偏离“等比例压减”的部分才有信息。"
            ).format(count=modelled)
        )
    sentences += [
        _(
            "规划期是 {first}–{last} 年，公布数是 2017 年以后；其间还有 2013–2017 清洁空气行动等政策，方案没有包含。"
        ).format(first=settings.base_year + 1, last=settings.years[-1]),
        _("能看的是量级：在 {cap:,.0f} 万m³ 上限和所列假设下，剩余站点数是否落在后来出现过的范围内。").format(
            cap=settings.cap_wan_m3
        ),
    ]
    return sentences
