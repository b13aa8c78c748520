"""Parts of the briefing page: inputs, the choice of steps, the presenter, the hand-outs."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.assets import asset_text
from mixplan.base.errors import MixplanError
from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import percent
from mixplan.charts.coverage import curve_chart
from mixplan.coverage import supply as coverage_supply
from mixplan.handouts import formats, story
from mixplan.handouts import report as handouts_report
from mixplan.handouts.report import Report
from mixplan.handouts.story import Step
from mixplan.maps import consolidation, coverage, legend, style, web
from mixplan.maps.stations import plant_layer
from mixplan.plan import words
from mixplan.plan.datapackage import data_version
from mixplan.plan.words import direction_text
from mixplan.registers.decisions import read_decisions
from mixplan.registers.proposals import read_proposal
from mixplan.screening import stations, verdicts
from mixplan.targets import entries as targets_entries
from mixplan.targets import status as targets_status
from mixplan.ui import frame, mapview, state
from mixplan.ui.coverage import parts as coverage_parts
from mixplan.ui.targets import parts

_File = tuple[str, bytes, str]  # name, content, media type
_STEPS = "briefing_steps"  # the planner's choice: a table by step key with show, order, caption, notes
_keys = st.components.v2.component("mixplan_presenter", js=asset_text("presenter.js"), html="<span></span>")


@dataclass(frozen=True)
class Inputs:
    """What the report is made of, besides the register."""

    sites: gpd.GeoDataFrame | None
    flows: pd.DataFrame | None
    decisions: pd.DataFrame | None
    version: str


# --- inputs -----------------------------------------------------------------------------------------------------------


def inputs() -> Inputs:
    """Proposal and consolidation plan: an uploaded file, else what the session's other pages have left."""
    sites = flows = decisions = None
    version = []
    with st.expander(_("方案"), expanded=False):
        upload = st.file_uploader(
            _("选址方案：mixplan site 的 JSON，或 CSV、XLSX"), type=["json", "csv", "xlsx"], key="briefing_siting"
        )
        if upload is not None:
            try:
                found = read_proposal(upload.getvalue(), upload.name)
                for note in found.notes:
                    frame.message("warning", note)
                for sentence in found.error_sentences[:5]:
                    frame.message("error", sentence)
                sites, flows = coverage_supply.planned_sites(found.points), found.deliveries
                version.append(f"file-{found.version}")
            except MixplanError as problem:
                frame.message("error", str(problem))
        elif records := list(st.session_state.get(coverage_parts.SITES) or []):
            sites = coverage_supply.planned_sites(records)
            version.append(f"sites-{records!r}")
        upload = st.file_uploader(
            _("整合方案：mixplan consolidate 的 JSON"), type=["json"], key="briefing_consolidation"
        )
        plan: pd.DataFrame | None = st.session_state.get(coverage_parts.PLAN)
        if upload is not None:
            try:
                decisions = read_decisions(upload.getvalue(), upload.name)
                version.append(f"plan-{upload.file_id}")
            except MixplanError as problem:
                frame.message("error", str(problem))
        elif plan is not None and not plan.empty:
            decisions = plan
            version.append(f"plan-{pd.util.hash_pandas_object(plan.astype(str)).sum()}")
    return Inputs(sites, flows, decisions, "|".join(version))


@st.cache_resource(show_spinner=False, max_entries=6)
def _report(version: str, language: str, _plants: gpd.GeoDataFrame, _given: Inputs, _figures: pd.DataFrame) -> Report:
    return handouts_report.build(
        _plants,
        state.layers(),
        state.rules(),
        _figures,
        sites=_given.sites,
        flows=_given.flows,
        decisions=_given.decisions,
    )


def report(given: Inputs) -> Report:
    """The report in the session's language; computed once for the same inputs."""
    plants, version = state.register()
    entries = parts.entries()
    figures = targets_entries.with_entries(parts.indicators(), entries)
    known = "|".join([version, data_version(), given.version, entries.to_json(date_format="iso") or ""])
    with st.spinner(_("正在汇总……")):
        try:
            return _report(known, get_language(), plants, given, figures)
        except MixplanError as problem:  # a plan for another register
            frame.message("error", str(problem))
            bare = replace(given, decisions=None, version="")
            return _report(known + "|bare", get_language(), plants, bare, figures)


def given_line(found: Report) -> None:
    """Which proposal and plan the story tells."""
    plan = _("没有整合方案：在“治理整合”页求解，或在侧栏导入。")
    if found.decisions is not None:
        rows = found.stations.loc[found.decisions.index]
        named, kept = (
            stations.split(rows),
            stations.split(rows[~found.decisions["action"].isin(coverage_supply.LEAVES)]),
        )
        plan = _("整合方案：{count} 个站点（{split}）中留下 {kept} 个（{kept_split}）。").format(
            count=named.count, split=named.text(), kept=kept.count, kept_split=kept.text()
        )
    lines = [
        _("新线方案：{count} 个站点。").format(count=len(found.sites))
        if found.sites is not None
        else _("没有新线方案：在“新线布局”页提出，或在侧栏导入。"),
        plan,
    ]
    st.caption(frame.plain(" ".join(lines)))


# --- choosing the steps -----------------------------------------------------------------------------------------------


def _choice(found: Report) -> pd.DataFrame:
    """The planner's choice of steps, completed by steps that are new: index key; show, order, caption, notes."""
    keys = [step.key for step in story.story(found)]
    kept: dict[str, dict[str, Any]] = st.session_state.get(_STEPS, {})
    order = sorted((key for key in keys if key in kept), key=lambda key: kept[key]["order"])
    if order != keys:
        for n, key in enumerate(keys):
            if key not in kept:  # a new step follows the one that the story has before it
                order.insert(order.index(keys[n - 1]) + 1 if n else 0, key)
    rows = {
        key: {"show": True, "caption": "", "notes": ""} | kept.get(key, {}) | {"order": order.index(key) + 1}
        for key in keys
    }
    return pd.DataFrame.from_dict(rows, orient="index")[["show", "order", "caption", "notes"]]


def choose_steps(found: Report) -> None:
    """Which steps are shown, in which order, under which captions and with which notes; then start."""
    frame.heading(_("汇报的步骤"))
    steps = {step.key: step for step in story.story(found)}
    choice = _choice(found)
    editor, kept = f"{_STEPS}_editor_{get_language()}", f"{_STEPS}_base"
    # The editor's base stays while it is shown, or it would drop its edits; when it comes back it starts from the
    # choice made before.
    fresh = editor not in st.session_state or kept not in st.session_state
    if fresh or list(st.session_state[kept].index) != list(choice.index):
        st.session_state[kept] = choice
    base: pd.DataFrame = st.session_state[kept]
    shown = base.assign(step=[story.step_label(k) for k in base.index], message=[steps[k].title for k in base.index])
    edited = st.data_editor(
        shown[["show", "order", "step", "message", "caption", "notes"]],
        hide_index=True,
        width="stretch",
        height="content",
        key=editor,
        disabled=["step", "message"],
        column_config={
            "show": st.column_config.CheckboxColumn(_("显示"), width="small"),
            "order": st.column_config.NumberColumn(_("次序"), min_value=1, max_value=99, step=1, width="small"),
            "step": st.column_config.TextColumn(_("步骤")),
            "message": st.column_config.TextColumn(_("由数字得出的标题"), width="medium"),
            "caption": st.column_config.TextColumn(_("自己的标题（可空）"), width="medium"),
            "notes": st.column_config.TextColumn(_("讲稿（可空）"), width="medium"),
        },
    )
    rows = edited[["show", "order", "caption", "notes"]].fillna({"caption": "", "notes": "", "order": 99})
    st.session_state[_STEPS] = {str(key): cast(dict[str, Any], row) for key, row in rows.to_dict("index").items()}
    st.button(_("开始汇报"), type="primary", icon=":material/slideshow:", on_click=_go, args=(1,), key="briefing_start")
    st.caption(
        _("→、PageDown、空格：下一步；←、PageUp：上一步；F：全屏；N：讲稿；Esc：结束。地址中的 ?step= 可以分享。")
    )


# --- the presenter ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slide:
    """One picture of the story: a step and, where a step grows, which of its pictures."""

    key: str
    frame: int
    last: bool
    title: str
    step: Step


def slides(found: Report) -> list[Slide]:
    """The chosen steps in the chosen order, steps that grow as several pictures."""
    choice = _choice(found)
    steps = {step.key: step for step in story.story(found)}
    shown = choice[choice["show"].astype(bool)].sort_values("order", kind="stable")
    if shown.empty:
        shown = choice
    out = []
    for key, row in shown.iterrows():
        step = steps[str(key)]
        if row["notes"]:
            step = replace(step, notes=str(row["notes"]))
        titles = [*_earlier(found, step), str(row["caption"] or step.title)]
        out += [Slide(step.key, n, n == len(titles) - 1, title, step) for n, title in enumerate(titles)]
    return out


def _earlier(found: Report, step: Step) -> list[str]:
    """Titles of the pictures that lead up to a step's message."""
    if step.key == "zones":
        rows = found.zone_years.iloc[:-1].to_dict("records")
        text = _("{year} 年：{area:,.0f} km² 禁止现场搅拌砂浆")
        return [text.format(year=int(row["year"]), area=row["area_km2"]) for row in rows]
    if step.key == "consolidation":
        before = story.consolidation_figures(found)["before"]
        return [_("整合前：{count} 个搅拌站（{split}）").format(count=before.count, split=before.text())]
    if step.key == "coverage" and found.after:
        result = found.before.result
        text = _("现状：半径 {radius:g} km 内，产能可保障禁现区需求的 {served}")
        return [text.format(radius=result.radius_km, served=percent(result.total.served_share))]
    return []


def _position() -> int | None:
    text = st.query_params.get("step", "")
    return int(text) if text.isdecimal() and int(text) > 0 else None


def presenting() -> bool:
    """Whether the address asks for the presenter (``?step=``)."""
    return _position() is not None


def _go(step: int | None) -> None:
    if step is None:
        st.query_params.pop("step", None)
    else:
        st.query_params["step"] = str(step)
    st.session_state.pop("briefing_plant", None)


def _moved(count: int) -> None:
    """A key was pressed: move, or switch the notes; the radius and the story's place stay as they are."""
    move = (st.session_state.get("briefing_keys") or {}).get("move")
    at = _position() or 1
    if move == "leave":
        _go(None)
    elif move == "notes":
        st.session_state.briefing_notes = not st.session_state.get("briefing_notes", False)
    elif move:
        step = {"next": at + 1, "previous": at - 1, "first": 1, "last": count}[move]
        _go(min(max(step, 1), count))


_CSS = """
<style>
[data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stToolbar"] {display: none !important;}
.block-container {padding: 1.2vh 2vw 0 !important; max-width: none !important;}
.mp-say {font-size: clamp(26px, 2.7vw, 56px); font-weight: 700; line-height: 1.25; margin: 0; color: #111;}
.mp-place {color: #777; font-size: clamp(13px, .95vw, 20px); margin: 0 0 .4vh;}
.mp-fact {margin: 0 0 1.3vh;}
.mp-fact span {display: block; color: #555; font-size: clamp(14px, 1.15vw, 26px); line-height: 1.25;}
.mp-fact b {display: block; color: #0072B2; font-size: clamp(22px, 2.1vw, 46px); line-height: 1.15;}
.mp-notes {background: #fff8e1; border-left: 5px solid #E69F00; padding: 6px 14px;
  font-size: clamp(14px, 1.05vw, 22px);}
.mp-card {border: 2px solid #111; border-radius: 6px; padding: 8px 14px; font-size: clamp(14px, 1.1vw, 22px);}
.mp-goals {width: 100%; border-collapse: collapse; font-size: clamp(14px, 1.22vw, 26px);}
.mp-goals td, .mp-goals th {padding: .42vh .8vw; border-bottom: 1px solid #ddd; text-align: left;}
.mp-goals th {color: #666; font-weight: 400;}
</style>
"""

# Where the map looks in each step: latitude, longitude, and the zoom on a map of 800 pixels.
_LOOK = {
    "situation": (40.22, 116.42, 8.25),
    "zones": (40.06, 116.42, 9.0),
    "flagged": (39.93, 116.40, 10.25),
    "consolidation": (39.95, 116.40, 9.5),
    "lines": (40.02, 116.48, 9.0),
    "coverage": (40.12, 116.42, 8.75),
}


def present(found: Report) -> None:
    """The story on the whole screen: one message, the map, a few figures; keys move it."""
    st.set_page_config(page_title=_("会议汇报"), initial_sidebar_state="collapsed")
    pictures = slides(found)
    at = min(_position() or 1, len(pictures))
    height = int((st.session_state.get("briefing_keys") or {}).get("height") or 720)
    st.html(_CSS)
    slide = pictures[at - 1]
    radius = float(st.session_state.get("briefing_radius", found.before.result.radius_km))
    if slide.key == "coverage" and radius != found.before.result.radius_km:
        found = _at_radius(found.input_hash, found.language, radius, found)
        own = slide.title != slide.step.title and slide.last
        told = next(s for s in slides(found) if s.key == slide.key and s.frame == slide.frame)
        slide = replace(told, title=slide.title if own else told.title)
    place = _("{step} · {at} / {count}").format(step=story.step_label(slide.key), at=at, count=len(pictures))
    st.html(f'<p class="mp-place">{html.escape(place)}</p><h1 class="mp-say">{html.escape(slide.title)}</h1>')
    # Below the map stand its legend, and the notes where they are shown.
    below = 75 + (130 if st.session_state.get("briefing_notes") else 0)
    room = max(int(height * 0.85) - 15 - below, 320)
    if slide.key == "targets":
        _goals(found)
    else:
        left, right = st.columns([7, 3], gap="medium")
        with left:
            _map(found, slide, room)
        with right:
            _side(found, slide, height)
    if st.session_state.get("briefing_notes"):
        st.html(f'<div class="mp-notes">{html.escape(slide.step.notes)}</div>')
    _keys(
        key="briefing_keys",
        data={"height": height},
        default={"height": height},
        on_height_change=lambda: None,
        on_move_change=lambda: _moved(len(pictures)),
    )


@st.cache_resource(show_spinner=False, max_entries=60)
def _at_radius(version: str, language: str, radius_km: float, _found: Report) -> Report:
    return handouts_report.at_radius(_found, radius_km)


def _facts(facts: Sequence[tuple[str, str]]) -> None:
    rows = "".join(
        f'<div class="mp-fact"><span>{html.escape(label)}</span><b>{html.escape(value)}</b></div>'
        for label, value in facts
    )
    st.html(rows)


def _side(found: Report, slide: Slide, height: int) -> None:
    """Figures beside the map, the clicked plant's card, and the radius in the coverage step."""
    if slide.key == "coverage":
        low, high = found.subject.minimum_km, found.subject.maximum_km
        now = st.session_state.get("briefing_radius", found.before.result.radius_km)
        st.slider(
            _("半径（km，假设）"), int(low), int(high), int(now), 1, key="briefing_radius_slider", on_change=_set_radius
        )
    plant = st.session_state.get("briefing_plant")
    if plant in found.stations.index:
        _card(found.stations.loc[plant].to_dict())
        st.button(_("关闭"), on_click=lambda: st.session_state.pop("briefing_plant", None), key="briefing_close")
        return
    if slide.last or slide.key == "zones":
        _facts(slide.step.facts[: slide.frame + 1] if slide.key == "zones" and not slide.last else slide.step.facts)
    elif slide.key == "coverage":
        _facts(story.coverage_facts(found.before.result))
    if slide.key == "coverage" and slide.last:
        chart = curve_chart(found.curve, found.curve_before, radius_km=found.before.result.radius_km)
        plot = height // 3 - (170 if st.session_state.get("briefing_notes") else 130)
        st.altair_chart(chart.properties(height=max(plot, 70)), theme=None, width="stretch")


def _set_radius() -> None:
    st.session_state.briefing_radius = st.session_state.briefing_radius_slider


def _card(row: Mapping[Any, Any]) -> None:
    lines = [
        f"<b>{html.escape(str(row['name']))}</b>",
        html.escape(f"{words.kind_label(row['kind'])} · {row['district_shown']}"),
        html.escape(verdicts.verdict_label(row["drawn"])),
        html.escape(str(row["reason"])),
        html.escape(_("模型推算站点，非真实企业") if row["evidence"] == "modelled" else ""),
    ]
    st.html(f'<div class="mp-card">{"<br>".join(line for line in lines if line)}</div>')


def _picked(plant_id: str) -> None:
    st.session_state.briefing_plant = plant_id


def _map(found: Report, slide: Slide, height: int) -> None:
    lat, lon, zoom = _LOOK[slide.key]
    step = 0.5 if height > 760 else 0.0
    canvas = web.base_map(found.layers, mapview.map_assets(), title=story.step_label(slide.key))
    mapview.show_map(
        canvas,
        _groups(found, slide),
        key=f"briefing_map_{height}",
        height=height,
        centre=(lat, lon),
        zoom=zoom + step,
        on_pick=_picked,
    )
    st.html(_legend(found, slide))


def _legend(found: Report, slide: Slide) -> str:
    """Legend of one picture's map."""
    if slide.key in ("situation", "flagged"):
        return legend.legend(sorted(found.counted["kind"].unique()), layers=("zones",))
    if slide.key == "consolidation" and slide.last:
        assert found.decisions is not None
        used = [action for action in style.ACTION_COLOUR if (found.decisions["action"] == action).any()]
        return legend.action_legend({action: words.action_label(action) for action in used}, extra={})
    if slide.key == "consolidation":
        return legend.legend(["concrete"], layers=("zones",))
    if slide.key == "lines":
        return legend.supply_legend(found.subject.kind)
    if slide.key == "coverage":
        one = found.covered if slide.last else found.before
        return legend.coverage_legend(one)
    return legend.zone_legend()


def _groups(found: Report, slide: Slide) -> list[folium.FeatureGroup]:
    """Map layers of one picture."""
    layers, on = found.layers, found.on
    if slide.key == "zones":
        on = date(int(found.zone_years["year"].iloc[slide.frame]), 12, 31)
    inventory = found.plants.loc[found.counted.index]
    lines = [state.background(layer, on) for layer in ("districts", "rings")]
    if slide.key == "zones":
        return [state.background("zones", on), *lines]
    if slide.key in ("situation", "flagged"):
        counted = found.counted
        some = counted[counted["verdict"] == "flag"] if slide.key == "flagged" else counted
        marks = plant_layer(inventory.loc[some.index], found.judged, some["district_shown"])
        ground = [state.background("zones", on)] if slide.key == "flagged" else []
        return [*ground, *lines, web.group(_("厂站"), *marks)]
    if slide.key == "consolidation":
        assert found.decisions is not None
        concrete = inventory[inventory["kind"] == "concrete"]
        if slide.last:
            marks = consolidation.decision_layer(concrete, found.decisions)
        else:
            marks = plant_layer(concrete, found.judged, found.counted["district_shown"])
        return [state.background("zones", on), *lines, web.group(_("厂站"), *marks)]
    one = found.before if slide.key == "coverage" and not slide.last else found.covered
    supply = web.group(_("厂站"), *coverage.supply_layer(one))
    if slide.key == "lines":
        return [state.background("zones", on), *lines, supply]
    return [
        web.group(_("覆盖"), *coverage.band_layer(one)),
        web.group(_("禁现区"), *coverage.zone_outline_layer(layers, on)),
        *lines,
        web.group(_("半径"), *coverage.rim_layer(one)),
        web.group(_("缺口"), *coverage.gap_layer(one)),
        supply,
    ]


def _goals(found: Report) -> None:
    """Every target in large type: what is wanted, where it stands."""
    colour = {
        targets_status.Status.MET: style.BLUE,
        targets_status.Status.ON_TRACK: style.GREEN,
        targets_status.Status.BEHIND: style.VERMILLION,
        targets_status.Status.NO_DATA: "#6B6B6B",
    }
    heads = (_("指标"), _("目标"), _("基线"), _("最近实绩"), _("状态"))
    rows = []
    for item in found.targets:
        target = item.target
        cells = [
            local(target),
            f"{direction_text(target.direction)} {target.text()} ({target.year})",
            item.baseline.text() if item.baseline else "—",
            f"{item.actual.text()} ({item.actual.when})" if item.actual else "—",
        ]
        status = html.escape(targets_status.status_text(item.status))
        rows.append(
            "<tr>"
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
            + f'<td style="color:{colour[item.status]};font-weight:700">{status}</td></tr>'
        )
    head = "".join(f"<th>{html.escape(text)}</th>" for text in heads)
    st.html(f'<table class="mp-goals"><tr>{head}</tr>{"".join(rows)}</table>')


# --- hand-outs --------------------------------------------------------------------------------------------------------


def handouts(found: Report) -> None:
    """One button a format: made on the server with progress, then ready to download."""
    frame.heading(_("会后材料"))
    upload = st.file_uploader(_("单位自己的 PowerPoint 模板（可不给）"), type=["pptx"], key="briefing_template")
    template = upload.getvalue() if upload is not None else None
    made: dict[tuple[str, ...], _File] = st.session_state.setdefault("briefing_files", {})
    for name in formats.NAMES:
        key = (found.input_hash, found.language, name, upload.file_id if upload and name == "pptx" else "")
        button, result = st.columns([4, 3], vertical_alignment="center", gap="small")
        if button.button(formats.format_label(name), key=f"briefing_make_{name}", width="stretch"):
            _make(found, name, template, key, made, result)
        if key in made:
            title, content, mime = made[key]
            result.download_button(
                _("下载（{size:.1f} MB）").format(size=len(content) / 1e6),
                content,
                title,
                mime,
                key=f"briefing_file_{name}",
                on_click="ignore",
                width="stretch",
                type="primary",
            )
    st.caption(
        frame.plain(
            _("输入哈希 {hash}：同样的输入得到同样的内容。每份材料都有来源、假设和版本一页。").format(
                hash=found.input_hash
            )
        )
    )


def _make(
    found: Report,
    name: str,
    template: bytes | None,
    key: tuple[str, ...],
    made: dict[tuple[str, ...], _File],
    place: Any,
) -> None:
    bar = place.progress(0.0, text=_("正在制作"))
    try:
        one = formats.make_one(
            found, name, template=template, progress=lambda share, text: bar.progress(min(share, 1.0), text=text)
        )
    except MixplanError as problem:
        bar.empty()
        frame.message("error", str(problem), place)
        return
    bar.empty()
    if len(made) >= len(formats.NAMES) * 2:
        made.clear()
    made[key] = one
