"""Filters and layers of the station map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city import rings as city_rings
from mixplan.city.districts import district_labels
from mixplan.city.rings import OUTSIDE_RINGS, ring_numbers
from mixplan.plan import words
from mixplan.plan.kinds import COUNTED, STATUSES, plant_kinds
from mixplan.screening import verdicts
from mixplan.screening.stations import StationFilter
from mixplan.ui import address, shared, texts
from mixplan.ui.controls import margin_slider, year_slider

LAYERS = ("zones", "rings", "areas", "districts", "towns")
SHOWN_AT_FIRST = LAYERS[:4]


def layer_label(layer: str) -> str:
    """Name of a switchable map layer."""
    return {
        "zones": _("禁现区"),
        "rings": _("环路"),
        "areas": _("环境敏感区"),
        "districts": _("区县"),
        "towns": _("乡镇与立交桥"),
    }[layer]


@dataclass(frozen=True)
class View:
    """What the planner has set: filters, layers (as the map's switches have them), day, margin."""

    filter: StationFilter
    shown: Sequence[str]
    on: date
    margin_m: float


FILTERS = ("kinds", "verdicts", "certainty", "evidence", "rings", "districts", "statuses")


def shown_layers() -> list[str]:
    """The layers that are switched on in the map."""
    return address.several(LAYERS, "layers", SHOWN_AT_FIRST)


def show_layers(chosen: Sequence[str]) -> None:
    """Keep which layers are switched on."""
    address.put_several(chosen, LAYERS, "layers", SHOWN_AT_FIRST)


def controls() -> View:
    """Filters in the sidebar; each is part of the address, as the layers are, so that a view can be shared."""
    book, layers = shared.rules(), shared.layers()
    pills = partial(st.pills, selection_mode="multi")
    year = year_slider(_("年份（禁现区、规则与区划名称）"))
    on = date(year, 12, 31)
    if on < book.document_date:
        st.caption(texts.plain(_("规划 {day} 发布，这一天还没有规划规定的筛查规则。").format(day=book.document_date)))
    texts.heading(_("筛选"))
    kinds = address.many(pills, _("类别"), list(plant_kinds()), "kinds", format_func=texts.shown(words.kind_label))
    drawn = address.many(pills, _("判定"), verdicts.DRAWN, "verdicts", format_func=texts.shown(verdicts.verdict_label))
    certainty = address.many(
        pills, _("把握"), ["certain", "borderline"], "certainty", format_func=texts.shown(words.certainty_label)
    )
    evidence = address.many(
        pills, _("依据"), ["sourced", "modelled"], "evidence", format_func=texts.shown(words.evidence_label)
    )
    every = _("全部")
    rings = address.many(
        st.multiselect,
        _("环路"),
        [*ring_numbers(layers.rings), OUTSIDE_RINGS],
        "rings",
        format_func=city_rings.ring_label,
        placeholder=every,
    )
    names = district_labels(layers.districts, on, book)
    districts = address.many(
        st.multiselect, _("区县"), list(names), "districts", format_func=names.__getitem__, placeholder=every
    )
    statuses = address.many(
        st.multiselect,
        _("状态"),
        STATUSES,
        "statuses",
        COUNTED,
        format_func=words.status_label,
        placeholder=every,
        help=_("只有 2010 年底在册的站点计入规划总量；其余按需显示。"),
    )
    st.button(_("清除筛选"), on_click=address.clear, args=FILTERS, width="stretch")
    margin_m = margin_slider()
    chosen = StationFilter(kinds, statuses, drawn, certainty, evidence, rings, districts)
    return View(chosen, shown_layers(), on, margin_m)
