"""The joint run of stations and new mortar lines, and its way to the siting page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import tables, words
from mixplan.consolidation.joint import JointPlan
from mixplan.projects.staleness import plan_sentence
from mixplan.ui import downloads, runs, texts, work
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.asked import CON
from mixplan.ui.consolidation.solve import start
from mixplan.ui.consolidation.workspace import Workspace, faded
from mixplan.ui.pages import page_file

_OWN = "joint-"  # ids of its lines among the planner's own points


def with_mortar(space: Workspace) -> None:
    """What a joint run has found, with its lines; the way to begin one, and to take its lines to the siting page."""
    st.caption(
        _(
            "在同一模型里决定搅拌站去留和新建砂浆线位置：保留站可用一部分产能供应湿砂浆。候选点和砂浆需求按网格合并，只算目标年；精细选址见“新线布局”，那里不计湿砂浆，供不上的需求和运距因此不同。"
        )
    )
    offer = next((one for one in space.offers if one.kind == "joint"), None)
    remark = plan_sentence(plans.changed(offer)) if offer is not None and offer.stale else ""
    if offer is None or remark:
        if remark:
            texts.message("warning", remark)
        st.button(_("联合求解"), key="con_joint", disabled=runs.running(CON), on_click=start, args=("joint",))
    if offer is None:
        return
    if space.made is None:
        st.button(
            _("在上面显示联合方案"),
            key="con_show_joint",
            on_click=plans.show,
            args=("joint",),
            icon=":material/map:",
        )
        return
    with faded("lines", offer.stale):
        _found(space.made, remark)
    _way_to_siting(space.made)


def _found(made: JointPlan, remark: str) -> None:
    st.markdown(texts.plain(tables.joint_sentence(made)))
    st.markdown(texts.plain(words.gap_sentence(made.plan.solution.gap)))
    table = tables.line_table(made)
    st.dataframe(table, hide_index=True, width="stretch", height="content")
    downloads.table_downloads(table, file_stem(_("新建砂浆线")), key="con_lines", remark=remark)


def _way_to_siting(made: JointPlan) -> None:
    st.button(
        _("带到“新线布局”"),
        key="con_to_siting",
        icon=":material/arrow_forward:",
        on_click=_to_siting,
        args=(made,),
        help=_("联合方案的新线作为自己的点放到“新线布局”的图上并锁定；原来的方案可用撤销找回。"),
    )
    if dropped := [site for site in work.project().siting.desk.locked if not site.startswith(_OWN)]:
        text = _("“新线布局”上自己锁定的 {count} 处不在联合方案里：带过去就由联合方案的线替换，可撤销。")
        st.caption(texts.plain(text.format(count=len(dropped))))
    if _is_there(made) and st.button(_("已带到，去“新线布局”"), key="con_siting", icon=":material/check:"):
        st.switch_page(page_file("siting"))


def _places(made: JointPlan) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each line, by the id that it has among the planner's own points.

    Ids in order are lines in order, so that a line has one number on every page.
    """
    degrees = made.degrees.values()
    return {f"{_OWN}{n:02d}": (round(lon, 6), round(lat, 6)) for n, (lat, lon) in enumerate(degrees, 1)}


def _is_there(made: JointPlan) -> bool:
    own, places = work.project().siting.desk.own, _places(made)
    return all(own.get(site) == place for site, place in places.items())


def _to_siting(made: JointPlan) -> None:
    """Put the lines on the siting page's desk, locked, in one step; the planner's own points and bans stay."""
    project, places = work.project(), _places(made)
    desk = project.siting.desk
    lines = {site: int(count) for site, count in zip(places, made.lines["lines"], strict=True)}
    own = {site: place for site, place in desk.own.items() if not site.startswith(_OWN)} | places
    desk = replace(desk, begun=True, own=own, plan=lines, locked=lines, solved=None)
    work.change(replace(project, siting=replace(project.siting, desk=desk)))
