"""Savings from bulk cement."""

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.charts import balance as charts_balance
from mixplan.plan.words import pretty
from mixplan.targets.savings import bulk_path, savings, savings_table
from mixplan.ui.tables import chart_with_table
from mixplan.ui.targets.figures import Known
from mixplan.ui.texts import change, plain


def savings_tab(known: Known) -> None:
    """Savings from bulk cement: the plan's own factors, its expectation, and what another 2015 would give."""
    indicators = known.plan
    plan = bulk_path(indicators)
    last = plan.iloc[-1]
    left, right = st.columns([2, 5], gap="large")
    with left:
        rate = st.slider(
            plain(_("{year} 年散装水泥使用率（%）").format(year=int(last["year"]))),
            0.0,
            100.0,
            float(last["rate_pct"]),
            0.5,
            key="savings_rate",
            persist_state="session",
        )
        cement = st.number_input(
            plain(_("{year} 年水泥用量（万t）").format(year=int(last["year"]))),
            min_value=0.0,
            value=float(last["cement_wan_t"]),
            step=50.0,
            key="savings_cement",
            persist_state="session",
        )
        chosen = bulk_path(indicators, rate_pct=rate, cement_wan_t=cement)
        plan_total, chosen_total = float(plan["bulk_wan_t"].sum()), float(chosen["bulk_wan_t"].sum())
        _five_years(plan_total, chosen_total)
        st.caption(
            _(
                "每吨系数 = 规划所列“十一五”节约量 ÷ 同期散装水泥使用量；节约量 = 系数 × 五年散装水泥用量。"
                "用量由水泥总量与使用率分别从 2010 年直线到期末再相乘。"
            )
        )
    with right:
        items = savings(indicators, rate_pct=rate, cement_wan_t=cement)
        chart_with_table(
            lambda: charts_balance.savings_chart(items),
            savings_table(items),
            _("节能减排测算"),
            key="savings",
            version=(known.version, rate, cement),
        )
    derivation = pd.DataFrame(
        {
            _("项目"): [local(i.saved) for i in items],
            _("系数的推导"): [
                f"{i.saved.text()} ÷ {pretty(i.saved.value / i.factor * _scale(i.factor_unit), '万t')}"
                f" = {pretty(i.factor, i.factor_unit, 2)}"
                for i in items
            ],
            _("规划预期"): [i.expected.text() for i in items],
            _("条款"): [f"{i.saved.clause} → {i.expected.clause}" for i in items],
        }
    )
    st.dataframe(derivation, hide_index=True, width="stretch", height="content")


def _five_years(plan: float, chosen: float) -> None:
    """The five years' use, and how far it is from the plan's."""
    text = _("{change} 万t，与规划路径相比").format(change=f"{chosen - plan:+,.0f}")
    differs = abs(chosen - plan) >= 0.5
    st.metric(_("五年散装水泥用量（万t）"), plain(pretty(chosen, digits=0)), delta=change(text if differs else None))


def _scale(factor_unit: str) -> float:
    return 10000.0 if factor_unit.startswith("条") else 1000.0
