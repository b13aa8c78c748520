"""Supply and demand of the four products."""

from functools import partial

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.charts import balance as charts_balance
from mixplan.plan.words import area_text
from mixplan.targets.balance import balance, balance_table, waterfall_concrete, waterfall_mortar, waterfall_table
from mixplan.ui.tables import chart_with_table
from mixplan.ui.targets.figures import Known

PRODUCTS = ("cement", "concrete", "mortar", "precast")


def balance_tab(known: Known) -> None:
    """Supply and demand of the four products, and the two waterfalls of capacity."""
    indicators = known.plan
    data = balance(indicators)
    st.caption(_("深色为规划给出的数，浅色为推算、目标或预测。规划没有给出、也推不出的数不画。"))
    for pair in (PRODUCTS[:2], PRODUCTS[2:]):
        for column, product in zip(st.columns(2, gap="large"), pair, strict=True):
            with column:
                chart_with_table(
                    partial(charts_balance.balance_chart, data, product, area_text(product)),
                    balance_table(data, product),
                    _("供需平衡") + "_" + area_text(product),
                    key=f"balance_{product}",
                    version=known.version,
                )
    falls = (
        ("fall_concrete", waterfall_concrete(indicators), _("预拌混凝土产能：从现状到上限")),
        ("fall_mortar", waterfall_mortar(indicators), _("砂浆产能：从现状到上限")),
    )
    for column, (key, steps, title) in zip(st.columns(2, gap="large"), falls, strict=True):
        with column:
            chart_with_table(
                partial(charts_balance.waterfall_chart, steps, title),
                waterfall_table(steps),
                title,
                key=key,
                version=known.version,
            )
