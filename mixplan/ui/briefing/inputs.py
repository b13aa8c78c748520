"""What the report is made of, and the report."""

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.handouts import report as handouts_report
from mixplan.handouts.report import Report
from mixplan.handouts.story import consolidation_figures
from mixplan.plan.datapackage import data_version
from mixplan.registers.decisions import read_decisions
from mixplan.registers.proposals import read_proposal
from mixplan.ui import proposals, shared, texts, work
from mixplan.ui.files import problem_of, project_file
from mixplan.ui.proposals import Proposal
from mixplan.ui.targets import figures as targets_figures


@dataclass(frozen=True)
class Inputs:
    """What the report is made of, besides the register."""

    proposal: Proposal
    decisions: pd.DataFrame | None
    version: str
    stale_lines: str = ""  # that the lines, or the plan, are of earlier conditions
    stale_plan: str = ""


def inputs() -> Inputs:
    """Proposal and consolidation plan: a file of the project, else what is on its other pages."""
    briefing = work.project().briefing
    own = any((briefing.proposal, briefing.plan, *map(problem_of, ("briefing_siting", "briefing_consolidation"))))
    # Open while a file is in use: its faults are told there.
    with st.expander(_("方案"), expanded=own):
        use = project_file(
            _("选址方案：mixplan site 的 JSON，或 CSV、XLSX"),
            ["json", "csv", "xlsx"],
            ("briefing", "proposal"),
            key="briefing_siting",
            check=read_proposal,
        )
        proposal = (proposals.desk_proposal() if use is None else proposals.file_proposal(use)) or Proposal()
        stale_lines = proposals.lines_remark() if use is None and proposal.sites is not None else ""
        deliveries, note = handouts_report.drawable_deliveries(proposal.deliveries)
        if note:
            texts.message("warning", note)
        use = project_file(
            _("整合方案：mixplan consolidate 的 JSON"),
            ["json"],
            ("briefing", "plan"),
            key="briefing_consolidation",
            check=read_decisions,
        )
        plan = proposals.shown_plan() if use is None else proposals.file_plan(use)
        stale_plan = proposals.plan_remark() if use is None else ""
    decisions, version = plan or (None, "")
    # Said where it is seen, whether or not the box is open.
    for remark in filter(None, (stale_lines, stale_plan if plan else "")):
        texts.message("warning", remark)
    version = f"{proposal.version}|{version}"
    return Inputs(replace(proposal, deliveries=deliveries), decisions, version, stale_lines, stale_plan)


@st.cache_resource(show_spinner=False, max_entries=6)
def _report(version: str, language: str, _plants: gpd.GeoDataFrame, _given: Inputs, _figures: pd.DataFrame) -> Report:
    return handouts_report.build(
        _plants,
        shared.layers(),
        shared.rules_in_force(),
        _figures,
        sites=_given.proposal.sites,
        flows=_given.proposal.deliveries,
        decisions=_given.decisions,
    )


@st.cache_resource(show_spinner=False, max_entries=60)
def _at_radius(version: str, language: str, radius_km: float, _made: Report) -> Report:
    return handouts_report.at_radius(_made, radius_km)


def report(given: Inputs) -> Report:
    """The report in the session's language, with the radius of the project; computed once for the same inputs."""
    plants, version = shared.register()
    figures = targets_figures.known(targets_figures.entries())
    known = "|".join([version, data_version(), f"{shared.margin_m():g}", given.version, figures.version])
    with st.spinner(_("正在汇总……")):
        try:
            made = _report(known, get_language(), plants, given, figures.together)
        except MixplanError as problem:  # a plan for another register
            texts.message("error", str(problem))
            bare = replace(given, decisions=None, version="")
            made = _report(known + "|bare", get_language(), plants, bare, figures.together)
    if (radius := work.project().briefing.radius_km) is not None and radius != made.before.result.radius_km:
        made = _at_radius(made.input_hash, made.language, float(radius), made)
    remarks = (given.stale_lines, given.stale_plan if made.decisions is not None else "")
    return handouts_report.of_project(made, work.origin(), remark=" ".join(filter(None, remarks)))


def given_line(found: Report) -> None:
    """Which proposal and plan the story tells."""
    plan = _("没有整合方案：在“治理整合”页求解，或在侧栏导入。")
    if found.decisions is not None:
        figures = consolidation_figures(found)
        before, after = figures["before"], figures["after"]
        plan = _("整合方案：{before} 个搅拌站（{before_split}）中留下 {after} 个（{after_split}）。").format(
            before=before.count, before_split=before.text(), after=after.count, after_split=after.text()
        )
    lines = [
        _("新线方案：{count} 个站点。").format(count=len(found.sites))
        if found.sites is not None
        else _("没有新线方案：在“新线布局”页提出，或在侧栏导入。"),
        plan,
    ]
    st.caption(texts.plain(" ".join(lines)))
