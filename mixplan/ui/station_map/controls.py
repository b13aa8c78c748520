"""Filters and layers of the station map."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city import rings as city_rings
from mixplan.city.districts import district_labels
from mixplan.city.rings import OUTSIDE_RINGS, ring_numbers
from mixplan.plan import words
from mixplan.plan.kinds import COUNTED, STATUSES, plant_kinds
from mixplan.screening import verdicts
from mixplan.ui import address, filters, shared, texts
from mixplan.ui.address import LinkedSlider
from mixplan.ui.controls import margin_slider, year_slider
from mixplan.ui.filters import Choice

MAP_KEY = "station_map"
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
    """What the planner has set: filters by name, layers (as the map's switches have them), day, margin."""

    chosen: Mapping[str, Sequence[str]]
    shown: Sequence[str]
    on: date
    margin_m: float


def shown_layers() -> list[str]:
    """The layers that are switched on in the map."""
    return address.several(LAYERS, "layers", SHOWN_AT_FIRST)


def show_layers(chosen: Sequence[str]) -> None:
    """Keep which layers are switched on."""
    address.put_several(chosen, LAYERS, "layers")


def _choices(on: date) -> list[Choice]:
    """What stations can be filtered by; their names are those of `mixplan.screening.stations.FACETS`."""
    book, layers = shared.rules(), shared.layers()
    rings = {str(ring): city_rings.ring_label(ring) for ring in [*ring_numbers(layers.rings), OUTSIDE_RINGS]}
    counted = _("只有 2010 年底在册的站点计入规划总量；其余按需显示。")

    def named(codes: Iterable[str], label: Callable[[str], str]) -> dict[str, str]:
        return {code: label(code) for code in codes}

    return [
        Choice("kinds", _("类别"), named(plant_kinds(), words.kind_label)),
        Choice("verdicts", _("判定"), named(verdicts.DRAWN, verdicts.verdict_label)),
        Choice("certainty", _("把握"), named(["certain", "borderline"], words.certainty_label)),
        Choice("evidence", _("依据"), named(["sourced", "modelled"], words.evidence_label)),
        Choice("rings", _("环路"), rings, folded=True),
        Choice("districts", _("区县"), district_labels(layers.districts, on, book), folded=True),
        Choice("statuses", _("状态"), named(STATUSES, words.status_label), COUNTED, folded=True, note=counted),
    ]


@dataclass(frozen=True)
class Controls:
    """Filters and year in the sidebar, which are part of the address, and the project's margin."""

    year: LinkedSlider

    @property
    def on(self) -> date:
        """The last day of the year that is set."""
        return date(self.year.value(), 12, 31)

    def view(self) -> View:
        """What the planner has set, be it drawn already or later."""
        chosen = {choice.name: choice.chosen() for choice in _choices(self.on)}
        return View(chosen, shown_layers(), self.on, shared.margin_m())

    def draw(self) -> None:
        """Draw them."""
        document_date = shared.rules().document_date
        self.year.draw()
        if self.on < document_date:
            text = _("规划 {day} 发布，这一天还没有规划规定的筛查规则。").format(day=document_date)
            st.caption(texts.plain(text))
        texts.heading(_("筛选"))
        filters.panel(_choices(self.on), "station_filters", MAP_KEY)
        margin_slider()


def controls() -> Controls:
    """The page's controls, not drawn yet."""
    return Controls(year_slider(_("年份（禁现区、规则与区划名称）")))
