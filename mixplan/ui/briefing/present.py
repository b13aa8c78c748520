"""The story on the whole screen."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from markupsafe import Markup

from mixplan.base.assets import asset_text
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.charts.coverage import curve_chart
from mixplan.handouts import story
from mixplan.handouts.report import Report
from mixplan.maps import style
from mixplan.plan import words
from mixplan.plan.words import direction_text
from mixplan.screening import verdicts
from mixplan.targets import status as targets_status
from mixplan.ui import session
from mixplan.ui.briefing.address import go, position
from mixplan.ui.briefing.picture import draw
from mixplan.ui.briefing.steps import Slide, slides
from mixplan.ui.session import BRIEFING_NOTES, BRIEFING_PLANT
from mixplan.ui.setting import setting
from mixplan.ui.tables import show_chart
from mixplan.ui.texts import html

_keys = st.components.v2.component("mixplan_presenter", js=asset_text("presenter.js"), html="<span></span>")


def _moved(count: int) -> None:
    """A key was pressed: move, or switch the notes; the radius and the story's place stay as they are."""
    move = (session.widget("briefing_keys") or {}).get("move")
    at = position() or 1
    if move == "leave":
        go(None)
    elif move == "notes":
        BRIEFING_NOTES.put(not BRIEFING_NOTES.get())
    elif move:
        step = {"next": at + 1, "previous": at - 1, "first": 1, "last": count}[move]
        go(min(max(step, 1), count))


_CSS = """
<style>
[data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stToolbar"] {display: none !important;}
.block-container {padding: 1.2vh 2vw 0 !important; max-width: none !important;}
.mp-say {font-size: clamp(26px, 2.7vw, 56px); font-weight: 700; line-height: 1.25; margin: 0; color: #111;}
.mp-place {color: #777; font-size: clamp(13px, .95vw, 20px); margin: 0 0 .4vh;}
.mp-fact {margin: 0 0 1.3vh;}
.mp-fact span {display: block; color: #555; font-size: clamp(14px, 1.15vw, 26px); line-height: 1.25;}
.mp-fact b {display: block; color: var(--mp-main); font-size: clamp(22px, 2.1vw, 46px); line-height: 1.15;}
.mp-notes {background: #fff8e1; border-left: 5px solid var(--mp-notes); padding: 6px 14px;
  font-size: clamp(14px, 1.05vw, 22px);}
.mp-card {border: 2px solid #111; border-radius: 6px; padding: 8px 14px; font-size: clamp(14px, 1.1vw, 22px);}
.mp-goals {width: 100%; border-collapse: collapse; font-size: clamp(14px, 1.22vw, 26px);}
.mp-goals td, .mp-goals th {padding: .42vh .8vw; border-bottom: 1px solid #ddd; text-align: left;}
.mp-goals th {color: #666; font-weight: 400;}
</style>
"""


def present(found: Report) -> None:
    """The story on the whole screen: one message, the map, a few figures; keys move it."""
    st.set_page_config(page_title=_("会议汇报"))  # its style hides the sidebar, which is there again afterwards
    pictures = slides(found)
    at = min(position() or 1, len(pictures))
    said = (session.widget("briefing_keys") or {}).get("height")
    height = min(max(said, 320), 8000) if isinstance(said, int) else 720
    colours = Markup("<style>:root {{--mp-main: {}; --mp-notes: {};}}</style>").format(style.BLUE, style.ORANGE)
    html(Markup(_CSS), colours)
    slide = pictures[at - 1]
    place = _("{step} · {at} / {count}").format(step=story.step_label(slide.key), at=at, count=len(pictures))
    html(Markup('<p class="mp-place">{}</p><h1 class="mp-say">{}</h1>').format(place, slide.title))
    # Below the map stand its legend, and the notes where they are shown.
    below = 100 + (130 if BRIEFING_NOTES.get() else 0)
    room = max(int(height * 0.85) - 15 - below, 320)
    if slide.key == "targets":
        _goals(found)
    else:
        left, right = st.columns([7, 3], gap="medium")
        with left:
            draw(found, slide, room)
        with right:
            _side(found, slide, height)
    if BRIEFING_NOTES.get():
        html(Markup('<div class="mp-notes">{}</div>').format(slide.step.notes))
    _keys(
        key="briefing_keys",
        data={"height": height},
        default={"height": height},
        on_height_change=lambda: None,
        on_move_change=lambda: _moved(len(pictures)),
    )


def _facts(facts: Sequence[tuple[str, str]]) -> None:
    row = Markup('<div class="mp-fact"><span>{}</span><b>{}</b></div>')
    html(*(row.format(label, value) for label, value in facts))


def _side(found: Report, slide: Slide, height: int) -> None:
    """Figures beside the map, the clicked plant's card, and the radius in the coverage step."""
    if slide.key == "coverage":
        low, high = found.subject.minimum_km, found.subject.maximum_km
        path, usual = ("briefing", "radius_km"), int(found.subject.radius_km)
        given = setting(path, usual, "briefing_radius_slider", number=int, low=low, high=high)
        st.slider(_("半径（km，假设）"), int(low), int(high), step=1, **given)
    plant = BRIEFING_PLANT.get()
    if plant in found.stations.index:
        _card(found.stations.loc[plant].to_dict())
        st.button(_("关闭"), on_click=BRIEFING_PLANT.forget, key="briefing_close")
        return
    if slide.last or slide.key == "zones":
        _facts(slide.step.facts[: slide.frame + 1] if slide.key == "zones" and not slide.last else slide.step.facts)
    elif slide.key == "coverage":
        _facts(story.coverage_facts(found.before.result))
    if slide.key == "coverage" and slide.last:
        plot = max(height // 3 - (170 if BRIEFING_NOTES.get() else 130), 70)
        radius_km = found.before.result.radius_km
        show_chart(
            lambda: curve_chart(found.curve, found.curve_before, radius_km=radius_km).properties(height=plot),
            key="briefing_curve",
            version=(found.input_hash, radius_km, plot),
        )


def _card(row: Mapping[Any, Any]) -> None:
    lines = [
        Markup("<b>{}</b>").format(row["name"]),
        f"{words.kind_label(row['kind'])} · {row['district_shown']}",
        verdicts.verdict_label(row["drawn"]),
        str(row["reason"]),
        _("模型推算站点，非真实企业") if row["evidence"] == "modelled" else "",
    ]
    html(Markup('<div class="mp-card">{}</div>').format(Markup("<br>").join(line for line in lines if line)))


def _goals(found: Report) -> None:
    """Every target in large type: what is wanted, where it stands."""
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
        rows.append(
            Markup('<tr>{}<td style="color:{};font-weight:700">{}</td></tr>').format(
                Markup("").join(Markup("<td>{}</td>").format(cell) for cell in cells),
                style.STATUS_COLOUR[item.status],
                targets_status.status_text(item.status),
            )
        )
    head = Markup("").join(Markup("<th>{}</th>").format(text) for text in heads)
    html(Markup('<table class="mp-goals"><tr>{}</tr>{}</table>').format(head, Markup("").join(rows)))
