"""The inventory, and what screening found."""

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.plan import words
from mixplan.plan.kinds import plant_kinds
from mixplan.screening import stations
from mixplan.screening.verdicts import listed
from mixplan.ui import shared, texts, work
from mixplan.ui.findings import verdict_figures


def inventory(table: pd.DataFrame) -> None:
    """Sites and capacity of each kind in the inventory, and how many of them are modelled."""
    counted = stations.inventory(table)
    plan_years = _("规划所列存量：水泥、混凝土、砂浆为 2010 年底，预制构件为 2008 年底。")
    kinds = plant_kinds()
    for box, kind in zip(st.columns(len(kinds)), kinds, strict=True):
        rows = counted[counted["kind"] == kind]
        with box.container(border=True):
            st.metric(
                texts.plain(words.kind_label(kind)),
                _("{count} 个厂站").format(count=texts.number(len(rows))),
                help=None if work.project().register else texts.plain(plan_years),
            )
            capacity = texts.number(rows["capacity"].sum(), 0, words.unit_label(kinds[kind].unit))
            modelled = stations.split(rows).modelled
            st.caption(
                texts.plain(
                    _("产能 {capacity}；其中模型推算 {modelled} 个").format(capacity=capacity, modelled=modelled)
                )
            )


def verdicts(table: pd.DataFrame) -> None:
    """How the stations of the inventory are judged: one figure a verdict, and all of them in one sentence."""
    counted = stations.inventory(table)
    verdict_figures(counted, st.columns(len(listed(counted["drawn"]))))
    st.caption(texts.plain(stations.flag_sentence(stations.flag_count(table)) + _("。")))
    own, usual = shared.margin_m(), shared.rules().margin_m
    if own != usual:
        st.caption(
            texts.plain(
                _("敏感区外扩距离按本项目所设的 {own:g} m（规则文件为 {usual:g} m）。").format(own=own, usual=usual)
            )
        )
