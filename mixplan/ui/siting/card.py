"""The card of a chosen site or of a place that a planner looks at."""

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st
from markupsafe import Markup

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import percent
from mixplan.city import sectors as city_sectors
from mixplan.projects.project import Desk
from mixplan.siting import candidates, reasons
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.ui import runs, shared, texts
from mixplan.ui.comments import box
from mixplan.ui.comments.targets import on_place, on_site
from mixplan.ui.findings import finding_html
from mixplan.ui.shared import district_names
from mixplan.ui.siting import case as siting_case
from mixplan.ui.siting import desk, plan
from mixplan.ui.siting.plan import AtHand
from mixplan.ui.siting.reasons import alternative, alternative_sentence, served_sentence
from mixplan.ui.siting.solve import SOLVE


def verdict_words(drawn: str) -> str:
    """What a rule says about a place for a new line."""
    return {
        "flag": _("不符合"),
        "borderline": _("可能不符合，待核实"),
        "doubtful": _("可能符合，待核实"),
        "pass": _("符合"),
        "unknown": _("尚待确定"),
    }[drawn]


def card(now: AtHand) -> SitingProposal | None:
    """What is looked at: a chosen site with its reasons, or a place with verdicts and what it would change.

    Returns
    -------
    SitingProposal or None
        The plan with the place added, to be drawn on the map.
    """
    what, case, proposal = desk.focused(), now.case, now.proposal
    if what is None:
        st.info(_("点击地图任意处提议一个站点：立即给出逐条规则判定、服务范围和带来的变化。点击星号查看选址理由。"))
        return None
    if what[0] == "site" and str(what[1]) not in case.all_candidates.index.union(proposal.sites.index):
        desk.focus(None)
        return None
    with st.container(border=True, key="siting_card"):
        if what[0] == "site" and str(what[1]) in proposal.sites.index:
            preview, target = None, on_site(proposal.sites, str(what[1]))
            _site_card(now, str(what[1]))
        else:
            preview = _place_card(now, what)
            target = on_site(case.all_candidates, str(what[1])) if what[0] == "site" else on_place(what[1], what[2])
        box.folded(target)
        return preview


def _title(text: str) -> None:
    title, close = st.columns([8, 1], vertical_alignment="center")
    title.markdown(f"**{texts.plain(text)}**")
    close.button("✕", on_click=desk.focus, args=(None,), help=_("关闭"), type="tertiary", key="siting_close")


def _site_card(now: AtHand, site: str) -> None:
    case, proposal = now.case, now.proposal
    row = proposal.sites.loc[site]
    _title(_("{number} 号站点 {id}").format(number=row["number"], id=site))
    district = district_names().get(str(row["district_id"]), "—")
    st.caption(
        texts.plain(
            _("{sector} · {district} · {lines} 条线 · 利用率 {use:.0f}% · 平均运距 {km} km").format(
                sector=city_sectors.sector_label(row["sector"]),
                district=district,
                lines=int(row["lines"]),
                use=row["utilisation_pct"],
                km=texts.number(row["mean_haul_km"], 1),
            )
        )
    )
    locked, running = site in now.desk.locked, runs.running(SOLVE)
    buttons = st.columns(3)
    buttons[0].button(
        _("解锁") if locked else _("锁定"),
        on_click=desk.lock,
        args=(site, not locked),
        width="stretch",
        key=f"siting_lock_{locked:d}",  # a second click on the one means that, not the other
        disabled=running,
    )
    buttons[1].button(
        _("移除"), on_click=desk.set_lines, args=(site, 0), width="stretch", key="siting_remove", disabled=running
    )
    buttons[2].button(
        _("禁用"), on_click=desk.forbid, args=(site, True), width="stretch", key="siting_forbid", disabled=running
    )
    st.markdown("**" + _("为什么选在这里") + "**")
    st.write(texts.plain(served_sentence(case, proposal, site)))
    with st.spinner(_("正在逐个比较候选点…")):
        st.write(texts.plain(alternative_sentence(alternative(case, proposal, site))))
    texts.html(_findings(case, case.candidates.loc[[site]]))


def _findings(case: SitingCase, points: gpd.GeoDataFrame) -> Markup:
    found = candidates.verdicts(
        points, shared.layers(), shared.rules(), on=shared.rules().period_end, settings=case.settings
    )
    rows = Markup("").join(finding_html(row, verdict_words) for row in found.to_dict("records"))
    return Markup('<div class="mp-place">{}</div>').format(rows)


def _place_card(now: AtHand, what: tuple[Any, ...]) -> SitingProposal | None:
    known, case, proposal = what[0] == "site", now.case, now.proposal
    running = runs.running(SOLVE)
    if known:
        site = str(what[1])
        point, wider = case.all_candidates.loc[[site]], case
        _title(_("候选点 {id}").format(id=site))
        excluded = point["excluded_by"].iloc[0] != ""
    else:
        site = siting_case.PREVIEW
        wider = siting_case.case_of(siting_case.settings(), now.desk, preview=(what[1], what[2]))
        point = wider.all_candidates.loc[[site]]
        excluded = point["excluded_by"].iloc[0] != ""
        _title(_("拟选点 {lon:.4f}°E {lat:.4f}°N").format(lon=what[1], lat=what[2]))
    district = district_names().get(str(point["district_id"].iloc[0]), _("市外"))
    st.caption(texts.plain(f"{city_sectors.sector_label(point['sector'].iloc[0])} · {district}"))
    banned = known and site in now.desk.forbidden
    if excluded:
        st.error(_("规则不允许在此设线，不能加入方案；下面只是假如允许时的效果。"))
    if banned:
        st.button(_("取消禁用"), on_click=desk.forbid, args=(site, False), key="siting_allow")
    first = None
    if site in wider.candidates.index and not banned:
        options = reasons.changes(proposal, site, geometry=point.geometry.iloc[0])
        tried = [plan.priced(wider, option.plan) for option in options]
        first = tried[0]
        _place_buttons(proposal, options, what, off=excluded or running)
    texts.html(_findings(wider, point))
    if first is not None:
        _change_table(proposal, options, tried)
        st.write(texts.plain(served_sentence(wider, first, site)))
    return first


def _place_buttons(
    proposal: SitingProposal, options: list[reasons.Change], what: tuple[Any, ...], *, off: bool
) -> None:
    """What can be done with a place that is looked at."""

    def target() -> tuple[Desk, str]:
        at = desk.own()
        return (at, str(what[1])) if what[0] == "site" else desk.with_point(at, what[1], what[2])

    def add() -> None:
        if desk.focused() != what:  # a click before has put a line there
            return
        at, key = target()
        desk.put(desk.with_lines(at, key, 1))
        desk.focus(("site", key))

    def take_over(site: str) -> None:
        at, key = target()
        if desk.focused() != what or site not in at.plan:
            return
        desk.put(desk.moved(at, site, key))
        desk.focus(("site", key))

    buttons = st.container(horizontal=True)  # wraps where a label would not fit
    buttons.button(
        _("加一条线"),
        on_click=add,
        disabled=off,
        key="siting_add",
        help=_("手工放的线会锁定：重新求解时保留，直到解锁。"),
    )
    if len(options) > 1:
        nearest = str(options[1].replaces)
        label = _("{number} 号迁来").format(number=proposal.sites["number"][nearest])
        buttons.button(texts.plain(label), on_click=take_over, args=(nearest,), disabled=off, key="siting_move")
    if what[0] == "site":
        st.button(_("禁用此候选点"), on_click=desk.forbid, args=(what[1], True), disabled=off, key="siting_ban")


def _change_table(now: SitingProposal, options: list[reasons.Change], tried: list[SitingProposal]) -> None:
    names = [_("现在")]
    for option in options:
        names.append(
            _("加一条线")
            if option.replaces is None
            else _("{number} 号迁来").format(number=now.sites["number"][option.replaces])
        )
    rows = {
        _("总运输量（万t·km/年）"): [texts.number(p.stats.haul, 0) for p in (now, *tried)],
        _("平均运距（km）"): [texts.number(p.stats.mean_haul_km, 2) for p in (now, *tried)],
        _("供不上的需求（万t/年）"): [texts.number(p.stats.unmet, 1) for p in (now, *tried)],
        _("禁现区半径内供应"): [percent(p.stats.share_within) for p in (now, *tried)],
    }
    texts.table(pd.DataFrame(rows, index=names).T)
