"""What the legends say: one list of symbols and labels, shown on screen as HTML and on paper by `maps.paper.keys`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup

from mixplan.base.i18n import gettext as _
from mixplan.coverage.picture import Picture
from mixplan.coverage.words import band_label, spare_label
from mixplan.maps.style import (
    ACTION_COLOUR,
    BAND_EDGE,
    NEUTRAL,
    SPARE_COLOUR,
    SUPPLY_COLOUR,
    SYMBOLS,
    WHITE,
    Symbol,
    band_colour,
    kind_shape,
    mark_symbol,
    verdict_symbol,
)
from mixplan.plan.actions import STOPS
from mixplan.plan.words import action_label, kind_label
from mixplan.screening.verdicts import DRAWN, listed, verdict_label

Counts = Mapping[Any, int]


@dataclass(frozen=True)
class Key:
    """One entry of a legend: a symbol and what it stands for."""

    symbol: Symbol
    label: str


def counted(name: str, count: int | None) -> str:
    """A name with how many of it are drawn, where that is to be said."""
    return name if count is None else _("{name}：{count}").format(name=name, count=count)


def _of(counts: Counts | None, name: str) -> int | None:
    return None if counts is None else int(counts.get(name, 0))


def verdict_keys(counts: Counts | None = None) -> list[Key]:
    """A key for every verdict as it is drawn, with how many stations have it where that is given."""
    drawn_classes = DRAWN if counts is None else listed(name for name, count in counts.items() if count)
    return [Key(verdict_symbol(drawn), counted(verdict_label(drawn), _of(counts, drawn))) for drawn in drawn_classes]


def kind_keys(kinds: Iterable[str]) -> list[Key]:
    """The shape of each kind of plant."""
    return [Key(mark_symbol(kind_shape(kind), NEUTRAL, hollow=True), kind_label(kind)) for kind in kinds]


def hollow_key(count: int | None = None) -> Key:
    """What a hollow mark stands for, and how many of the drawn stations it is."""
    return Key(SYMBOLS["hollow"], counted(_("空心：模型推算站点"), count))


def action_keys(
    actions: Iterable[str] = tuple(ACTION_COLOUR), counts: Counts | None = None, *, stops_hollow: bool = True
) -> list[Key]:
    """What a consolidation plan does with stations.

    Parameters
    ----------
    stops_hollow : bool
        Whether stations that stop are hollow, as on screen; on paper hollow marks are the modelled ones.
    """
    return [
        Key(
            mark_symbol("circle", ACTION_COLOUR[action], hollow=stops_hollow and action in STOPS),
            counted(action_label(action), _of(counts, action)),
        )
        for action in actions
    ]


def band_keys(bands: Iterable[tuple[float, float]]) -> list[Key]:
    """Bands of distance to the nearest plant, from near to far."""
    return [Key(Symbol("area", band_colour(low), BAND_EDGE), band_label(low, high)) for low, high in bands]


def spare_keys(states: Collection[str]) -> list[Key]:
    """What the nearest plant has to spare, of the states that occur."""
    return [
        Key(
            Symbol("area", SPARE_COLOUR[state], WHITE, tint=0.45),
            _("最近的站点{state}").format(state=spare_label(state)),
        )
        for state in SPARE_COLOUR
        if state in states
    ]


def shade_keys(picture: Picture, shade: str) -> list[Key]:
    """What the ban zones are shaded by: ``distance`` to the nearest plant, or what that plant has to ``spare``."""
    if shade == "spare":
        return spare_keys(set(picture.spare["state"]))
    return band_keys(zip(picture.bands["from_km"], picture.bands["to_km"], strict=True))


def supply_keys(kind: str, *, planned: bool) -> list[Key]:
    """Existing plants of one kind, real and modelled, and sites of new lines."""
    shape = kind_shape(kind)
    keys = [
        Key(mark_symbol(shape, SUPPLY_COLOUR), kind_label(kind)),
        Key(mark_symbol(shape, SUPPLY_COLOUR, hollow=True), _("空心：模型推算站点")),
    ]
    return [*keys, Key(SYMBOLS["new_line"], _("拟建生产线站点"))] if planned else keys


def counted_supply_keys(kind: str, supply: pd.DataFrame) -> list[Key]:
    """The same for plants that are drawn, with how many there are of each."""
    shape, planned = kind_shape(kind), int((supply["stage"] == "proposed").sum())
    modelled = int(((supply["stage"] != "proposed") & (supply["evidence"] == "modelled")).sum())
    real = len(supply) - planned - modelled
    keys = [
        (real, Key(mark_symbol(shape, SUPPLY_COLOUR), counted(kind_label(kind), real))),
        (
            modelled,
            Key(
                mark_symbol(shape, SUPPLY_COLOUR, hollow=True),
                _("{kind}（模型推算）：{count}").format(kind=kind_label(kind), count=modelled),
            ),
        ),
        (planned, Key(SYMBOLS["new_line"], _("拟建生产线站点：{count}").format(count=planned))),
    ]
    return [key for count, key in keys if count]


def gap_key() -> Key:
    """Parts of the ban zones beyond the radius."""
    return Key(SYMBOLS["gap"], _("缺口：半径以外的禁现区"))


def ground_keys() -> list[Key]:
    """Ring roads and district borders."""
    return [
        Key(SYMBOLS["ring"], _("环路")),
        Key(SYMBOLS["ring_unsure"], _("环路（低可信段）")),
        Key(SYMBOLS["district"], _("区县界")),
    ]


def area_keys(layers: Collection[str]) -> list[Key]:
    """Ban zones and sensitive areas, of those that are shown, and what a broken line means."""
    tints = {"zones": Key(SYMBOLS["zone"], _("禁现区")), "areas": Key(SYMBOLS["sensitive"], _("环境敏感区"))}
    keys = [key for layer, key in tints.items() if layer in layers]
    return [*keys, Key(SYMBOLS["approximate"], _("虚线：近似边界"))] if keys else []


def siting_keys() -> list[Key]:
    """The siting map: chosen sites, who supplies whom, candidates, demand, and where nothing may be built."""
    standing = mark_symbol(kind_shape("mortar"), SUPPLY_COLOUR, hollow=True)
    return [
        Key(SYMBOLS["new_line"], _("选中的站点（编号；深边：已锁定）")),
        Key(SYMBOLS["new_supply"], _("新线供应（粗细按吨数）")),
        Key(SYMBOLS["supply"], _("现有厂供应")),
        Key(SYMBOLS["candidate"], _("候选点：越深越适宜")),
        Key(SYMBOLS["demand"], _("需求点（大小按需求）")),
        Key(standing, _("现有砂浆厂（空心：模型推算）")),
        Key(SYMBOLS["closed"], _("五环路内不得新建")),
        Key(SYMBOLS["sensitive"], _("环境敏感区")),
        Key(SYMBOLS["sector"], _("方位分界")),
    ]


# --- as HTML ----------------------------------------------------------------------------------------------------------

# Forms on 16 × 16, as SVG.
_FORMS = {
    "circle": '<circle cx="8" cy="8" r="5.5"/>',
    "triangle": '<path d="M8 1.5L14.5 13H1.5z"/>',
    "square": '<path d="M3 3H13V13H3z"/>',
    "diamond": '<path d="M8 1L15 8L8 15L1 8z"/>',
    "pentagon": '<path d="M8 1.5L14.7 6.3L12.1 14.2H3.9L1.3 6.3z"/>',
    "hexagon": '<path d="M8 1.5L13.6 4.8V11.2L8 14.5L2.4 11.2V4.8z"/>',
    "star": '<path d="M8 .5L10 5.8L15.5 6L11.2 9.4L12.7 14.8L8 11.7L3.3 14.8L4.8 9.4L.5 6L6 5.8z"/>',
    "pin": '<path d="M8 15L4.3 8.2A4.4 4.4 0 1 1 11.7 8.2z"/>',
    "cross": '<path d="M4 4L12 12M12 4L4 12"/>',
    "line": '<path d="M1 8H15"/>',
    "area": '<path d="M1 3H15V13H1z"/>',
}


def _picture(symbol: Symbol) -> str:
    """A symbol as an SVG image."""
    fill = f"fill:{symbol.fill};fill-opacity:{symbol.tint:g}" if symbol.fill else "fill:none"
    edge = f"stroke:{symbol.edge};stroke-width:{symbol.width:g}" if symbol.edge else "stroke:none"
    if symbol.edge and not symbol.fill:
        edge += f";stroke-opacity:{symbol.tint:g}"
    dash = ";stroke-dasharray:4 3" if symbol.dashed else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" style="{fill};{edge}{dash}">'
        f"{_FORMS[symbol.form]}</svg>"
    )


def html_legend(keys: Sequence[Key]) -> Markup:
    """A legend as plain HTML, so that it needs no script."""
    # Streamlit drops inline SVG from HTML; as the address of an image it stays.
    items = [
        Markup('<span class="mp-key"><img alt="" src="data:image/svg+xml,{}">{}</span>').format(
            quote(_picture(key.symbol)), key.label
        )
        for key in keys
    ]
    return Markup('<div class="mp-legend">{}</div>').format(Markup("").join(items))


def legend(kinds: Iterable[str], *, layers: Collection[str]) -> Markup:
    """Legend of the stations by verdict, and of the layers below them."""
    return html_legend([*kind_keys(kinds), *verdict_keys(), hollow_key(), *area_keys(layers)])


def comment_legend() -> Markup:
    """Legend of the pins of open comments."""
    return html_legend([Key(SYMBOLS["comment"], _("未决批注"))])


def zone_legend() -> Markup:
    """Legend of the ban zones alone."""
    return html_legend(area_keys(("zones",)))


def supply_legend(kind: str) -> Markup:
    """Legend of existing plants of one kind and planned sites."""
    return html_legend(supply_keys(kind, planned=True))


def coverage_legend(picture: Picture, *, shade: str = "distance") -> Markup:
    """Legend of the coverage map, shaded by ``distance`` or by what is spare."""
    lines = [Key(SYMBOLS["reach"], _("半径的范围")), Key(SYMBOLS["zone_line"], _("虚线：近似边界"))]
    supply = supply_keys(picture.subject.kind, planned=picture.planned)
    return html_legend([*supply, *shade_keys(picture, shade), gap_key(), *lines])


def action_legend(actions: Iterable[str], *, extra: Mapping[str, str]) -> Markup:
    """Legend of a consolidation plan.

    Parameters
    ----------
    actions : iterable of str
        Those that are shown.
    extra : mapping
        Label of further marks by symbol id: ``thin``, ``link`` or ``new_line``.
    """
    return html_legend([*action_keys(actions), *(Key(SYMBOLS[name], label) for name, label in extra.items())])


def siting_legend() -> Markup:
    """Legend of the siting map."""
    return html_legend(siting_keys())
