"""Legends, from the same style table as the marks."""

import html
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import quote

from mixplan.base.i18n import gettext as _
from mixplan.coverage.picture import Picture
from mixplan.coverage.words import band_label, spare_label
from mixplan.maps.style import (
    ACTION_COLOUR,
    AMBER,
    BLUE,
    GREEN,
    OUTLINE,
    PURPLE,
    SPARE_COLOUR,
    VERDICT_COLOUR,
    VERMILLION,
    ZONE_LINE_COLOUR,
    band_colour,
    kind_shape,
)
from mixplan.plan.words import kind_label
from mixplan.screening.verdicts import DOUBT, verdict_label


def _supply_items(kind: str, *, planned: bool) -> list[str]:
    marks = [
        legend_item(_MARKS[kind_shape(kind)], kind_label(kind), f"fill:{BLUE};stroke:#fff"),
        legend_item(_MARKS[kind_shape(kind)], _("空心：模型推算站点"), f"fill:#fff;stroke:{BLUE};stroke-width:2"),
    ]
    if planned:
        marks.append(legend_item(_MARKS["star"], _("拟建生产线站点"), f"fill:{PURPLE};stroke:#fff"))
    return marks


def supply_legend(kind: str) -> str:
    """Legend of existing plants of one kind and planned sites, as plain HTML."""
    return f'<div class="mp-legend">{"".join(_supply_items(kind, planned=True))}</div>'


def coverage_legend(picture: Picture, *, shade: str = "distance") -> str:
    """Legend of the coverage map as plain HTML."""
    band = '<path d="M1 3H15V13H1z"/>'
    line = '<path d="M1 8H15"/>'
    marks = _supply_items(picture.subject.kind, planned=picture.planned)
    if shade == "distance":
        for low, high in zip(picture.bands["from_km"], picture.bands["to_km"], strict=True):
            style = f"fill:{band_colour(low)};stroke:#c9b98f"
            marks.append(legend_item(band, band_label(low, high), style))
    else:
        states = set(picture.spare["state"])
        for state in SPARE_COLOUR:
            if state in states:
                text = _("最近的站点{state}").format(state=spare_label(state))
                marks.append(legend_item(band, text, f"fill:{SPARE_COLOUR[state]};fill-opacity:.45;stroke:#fff"))
    style = f"fill:{VERMILLION};fill-opacity:.1;stroke:{VERMILLION};stroke-width:2.4"
    marks.append(legend_item(band, _("缺口：半径以外的禁现区"), style))
    marks.append(legend_item(line, _("半径的范围"), f"fill:none;stroke:{BLUE};stroke-width:1.6;stroke-dasharray:1 3"))
    style = f"fill:none;stroke:{ZONE_LINE_COLOUR};stroke-width:1.8;stroke-dasharray:4 3"
    marks.append(legend_item(line, _("虚线：近似边界"), style))
    return f'<div class="mp-legend">{"".join(marks)}</div>'


_MARKS = {
    "circle": '<circle cx="8" cy="8" r="5.5"/>',
    "triangle": '<path d="M8 1.5L14.5 13H1.5z"/>',
    "square": '<path d="M3 3H13V13H3z"/>',
    "diamond": '<path d="M8 1L15 8L8 15L1 8z"/>',
    "pentagon": '<path d="M8 1.5L14.7 6.3L12.1 14.2H3.9L1.3 6.3z"/>',
    "hexagon": '<path d="M8 1.5L13.6 4.8V11.2L8 14.5L2.4 11.2V4.8z"/>',
    "star": '<path d="M8 .5L10 5.8L15.5 6L11.2 9.4L12.7 14.8L8 11.7L3.3 14.8L4.8 9.4L.5 6L6 5.8z"/>',
}


def legend_item(mark: str, text: str, style: str) -> str:
    """One legend entry: a mark as SVG path on 16 × 16, its text, and its style."""
    # Streamlit drops inline SVG from HTML; as the address of an image it stays.
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" style="{style}">{mark}</svg>'
    return f'<span class="mp-key"><img alt="" src="data:image/svg+xml,{quote(svg)}">{html.escape(text)}</span>'


def legend(kinds: Iterable[str], *, layers: Collection[str]) -> str:
    """Legend as plain HTML, so that it needs no script."""
    marks, item = _MARKS, legend_item
    items = [item(marks[kind_shape(k)], kind_label(k), "fill:none;stroke:#444;stroke-width:1.5") for k in kinds]
    for drawn, colour in VERDICT_COLOUR.items():
        style = f"fill:{colour};stroke:#fff"
        if drawn in DOUBT:
            style = f"fill:{colour};stroke:{OUTLINE[drawn]};stroke-width:2;stroke-dasharray:3 2"
        items.append(item(marks["circle"], verdict_label(drawn), style))
    items.append(item(marks["circle"], _("空心：模型推算站点"), "fill:#fff;stroke:#444;stroke-width:2"))
    return f'<div class="mp-legend">{"".join([*items, *_area_items(layers)])}</div>'


def _area_items(layers: Collection[str]) -> list[str]:
    band, line = '<path d="M1 3H15V13H1z"/>', '<path d="M1 8H15"/>'
    tints = {"zones": (_("禁现区"), AMBER, ".3", ZONE_LINE_COLOUR), "areas": (_("环境敏感区"), GREEN, ".2", GREEN)}
    items = [
        legend_item(band, text, f"fill:{fill};fill-opacity:{opacity};stroke:{edge};stroke-width:1.5")
        for layer, (text, fill, opacity, edge) in tints.items()
        if layer in layers
    ]
    dashed = "fill:none;stroke:#444;stroke-width:1.8;stroke-dasharray:4 3"
    return [*items, legend_item(line, _("虚线：近似边界"), dashed)] if items else []


def zone_legend() -> str:
    """Legend of the ban zones alone, as plain HTML."""
    return f'<div class="mp-legend">{"".join(_area_items(("zones",)))}</div>'


def action_legend(entries: Mapping[str, str], *, extra: Mapping[str, str]) -> str:
    """Legend of the actions and of further marks, as plain HTML.

    Parameters
    ----------
    entries : mapping
        Label by action.
    extra : mapping
        Label by mark: ``thin``, ``link`` or ``line``.
    """
    dot = '<circle cx="8" cy="8" r="5.5"/>'
    items = [
        (
            dot,
            label,
            f"fill:{'#fff' if action in ('merge', 'relocate', 'close') else ACTION_COLOUR[action]};"
            f"stroke:{ACTION_COLOUR[action]};stroke-width:2",
        )
        for action, label in entries.items()
    ]
    marks = {
        "thin": ('<path d="M8 1L15 8L8 15L1 8z"/>', f"fill:{AMBER};stroke:#8a5a00;stroke-width:1.5"),
        "link": ('<path d="M1 8H15"/>', f"fill:none;stroke:{PURPLE};stroke-width:3"),
        "line": ('<path d="M8 1l2 5h5l-4 3.500 1.500 5.500L8 12l-4.500 3L5 9.500 1 6h5z"/>', "fill:#7B3F6B"),
    }
    items += [(marks[name][0], label, marks[name][1]) for name, label in extra.items()]
    spans = []
    for mark, text, style in items:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" style="{style}">{mark}</svg>'
        spans.append(
            f'<span class="mp-key"><img alt="" src="data:image/svg+xml,{quote(svg)}">{html.escape(text)}</span>'
        )
    return f'<div class="mp-legend">{"".join(spans)}</div>'
