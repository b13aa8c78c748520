"""Whether the plan's own figures agree."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.maps import style
from mixplan.plan.words import pretty
from mixplan.targets.audit.items import AuditItem, Verdict, verdict_text
from mixplan.targets.audit.run import audit_table, open_items
from mixplan.ui.downloads import table_downloads
from mixplan.ui.tables import show_table
from mixplan.ui.texts import heading, html, plain

_FINDING = Markup(
    '<div style="border-left:5px solid {};padding-left:10px"><b>{} · {}</b><br>'
    '<span style="font-size:1.02rem">{}</span><br>{}<br><span style="color:#555">{}</span><br>'
    '<small style="color:#777">{}</small></div>'
)


def audit_tab(found: Sequence[AuditItem]) -> None:
    """What the audit found: open findings in full, then everything that agrees as a table."""
    still = open_items(found)
    counts = {v: sum(item.verdict is v for item in found) for v in Verdict}
    st.write(
        plain(
            _(
                "共核对 {all} 项：矛盾 {conflict}，不符 {differs}，一致 {agrees}。"
                "由 data/indicators.csv 计算，改动数字即重新核对。"
            ).format(
                all=len(found),
                conflict=counts[Verdict.CONFLICT],
                differs=counts[Verdict.DIFFERS],
                agrees=counts[Verdict.AGREES],
            )
        )
    )
    colours = {Verdict.CONFLICT: style.VERMILLION, Verdict.DIFFERS: style.ORANGE}
    for start in range(0, len(still), 2):
        for column, item in zip(st.columns(2, gap="medium"), still[start : start + 2], strict=False):
            numbers = _("原文 {stated}，重算或另一处 {recomputed}").format(
                stated=pretty(item.stated, item.unit, 2), recomputed=pretty(item.recomputed, item.unit, 2)
            )
            with column, st.container(border=True, height="stretch"):
                clauses = _("；").join(item.clauses)
                parts = (verdict_text(item.verdict), item.title, item.formula, numbers, item.explanation, clauses)
                html(_FINDING.format(colours[item.verdict], *parts))
    heading(_("全部核对"))
    table = audit_table(found)
    show_table(table, key="audit_table", height=460)
    table_downloads(table, file_stem(_("规划核对")), key="audit")
