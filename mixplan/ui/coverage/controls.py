"""Settings of the coverage page."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city.networks import Network
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import supply as coverage_supply
from mixplan.coverage import words as coverage_words
from mixplan.plan.datapackage import data_version
from mixplan.registers.proposals import read_proposal
from mixplan.ui import address, shared, texts, work
from mixplan.ui.consolidation import plans
from mixplan.ui.controls import year_slider
from mixplan.ui.files import problem_of, project_file
from mixplan.ui.network import network_control, roads
from mixplan.ui.proposals import Proposal, desk_proposal, file_proposal, offered_plan, plan_remark, shown_plan
from mixplan.ui.setting import setting


@dataclass(frozen=True)
class View:
    """What the planner has set."""

    subject: coverage_supply.Theme
    radius_km: float
    year: int
    by: str
    shade: str
    sites: gpd.GeoDataFrame | None
    plan: pd.DataFrame | None
    network: Network | None
    version: str  # of everything above that is no plain setting


def _theme_label(kind: str) -> str:
    return {"mortar": _("砂浆厂"), "concrete": _("搅拌站")}[kind]


def _shade_label(shade: str) -> str:
    return {"distance": _("最近供应"), "spare": _("产能余量")}[shade]


def controls() -> View:
    """Settings in the sidebar; all but the files are part of the address, so that a view can be shared."""
    book = shared.rules()
    kind = address.one(_("供应"), ["mortar", "concrete"], "theme", format_func=texts.shown(_theme_label))
    subject = coverage_supply.theme(kind, book)
    note = local(book.parameters[f"coverage_radius_{kind}_km"], "title")
    radius = address.LinkedSlider(
        _("半径（km，假设）"),
        int(subject.minimum_km),
        int(subject.maximum_km),
        int(subject.radius_km),
        f"radius_{kind}",
        note=note,
    ).draw()
    year = year_slider(_("年份（禁现区与新线投产）")).draw()
    shade = address.one(_("底色"), ["distance", "spare"], "shade", format_func=texts.shown(_shade_label))
    by = address.one(_("统计单元"), list(coverage_ground.BY), "by", format_func=texts.shown(coverage_words.by_label))
    proposal = _proposal() if kind == "mortar" else Proposal()
    plan, plan_version = _plan() if kind == "concrete" else (None, "")
    network_control()
    version = _version(proposal, plan_version)
    return View(subject, float(radius), year, by, shade, proposal.sites, plan, roads().network, version)


def usual_view(kind: str, year: int) -> View:
    """Coverage as the project at hand has it, by zone and within the usual radius, without any control."""
    subject, chosen = coverage_supply.theme(kind, shared.rules()), work.project().coverage
    proposal, plan, plan_version = Proposal(), None, ""
    if kind == "mortar" and chosen.proposal is not None:
        proposal = file_proposal(chosen.proposal, said=False)
    elif kind == "mortar" and (_begun() if chosen.with_proposal is None else chosen.with_proposal):
        proposal = desk_proposal() or Proposal()
    elif kind == "concrete" and chosen.with_plan:
        offer = plans.chosen(plans.offers())
        plan, plan_version = (None, "") if offer is None else offered_plan(offer)
    version = _version(proposal, plan_version)
    return View(subject, subject.radius_km, year, "zone", "distance", proposal.sites, plan, roads().network, version)


def _version(proposal: Proposal, plan: str) -> str:
    """What tells everything that coverage is worked out from but plain settings."""
    return "|".join([shared.register()[1], data_version(), proposal.version, plan, roads().version])


def _proposal() -> Proposal:
    """The proposal in use: a file of the project, else the lines on its siting desk."""
    # Open while a file is in use: its faults are told there.
    own = work.project().coverage.proposal is not None or bool(problem_of("coverage_sites"))
    with st.expander(_("新线方案"), expanded=own):
        use = project_file(
            _("CSV、XLSX 或 mixplan site 的 JSON：id, lon, lat, capacity（万t/年），可加 year"),
            ["csv", "xlsx", "json"],
            ("coverage", "proposal"),
            key="coverage_sites",
            check=read_proposal,
        )
        if use is not None:
            return file_proposal(use)
        proposal = desk_proposal()
        if proposal is None:
            st.caption(_("没有方案：在“新线布局”页提出，或在此导入。"))
            return Proposal()
        given = setting(("coverage", "with_proposal"), _begun(), "coverage_use_sites")
        wanted = st.toggle(_("加上“新线布局”的方案"), **given)
    return proposal if wanted else Proposal()


def _begun() -> bool:
    """Whether the lines on the desk are the planner's own: what is shipped solved is nobody's decision yet."""
    return work.project().siting.desk.begun


def _plan() -> tuple[pd.DataFrame | None, str]:
    """The consolidation plan in use, where the project shows one."""
    if remark := plan_remark():
        texts.message("warning", remark)
    plan = shown_plan()
    given = setting(("coverage", "with_plan"), True, "coverage_use_plan")
    if plan is None or not st.toggle(_("按治理整合方案"), **given):
        return None, ""
    return plan
