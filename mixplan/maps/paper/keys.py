"""A legend's keys as matplotlib draws them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import matplotlib as mpl
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mixplan.base.i18n import gettext as _
from mixplan.city import ban_zones
from mixplan.city.layers import Layers
from mixplan.maps.legend import Key
from mixplan.maps.paper.view import DASH, MARKER, SIZE
from mixplan.maps.style import SYMBOLS, WHITE

Handle = Any
_DASHED_LINE = (0, (2.6, 1.9))
_POINT = 0.75  # of a pixel: widths of symbols are given in pixels of the screen


def handle(key: Key) -> Handle:
    """One legend entry, drawn as on screen."""
    symbol = key.symbol
    width = symbol.width * _POINT
    if symbol.form == "area":
        patch = Patch(
            fc=mpl.colors.to_rgba(symbol.fill or WHITE, symbol.tint),
            ec=symbol.edge or "none",
            lw=width,
            label=key.label,
        )
        if symbol.dashed:
            patch.set_linestyle(DASH)
        if symbol.hatched:
            patch.set_hatch("////")
        return patch
    if symbol.form == "line":
        style = _DASHED_LINE if symbol.dashed else "-"
        return Line2D([], [], color=symbol.edge, lw=width, ls=style, alpha=symbol.tint, label=key.label)
    return Line2D(
        [],
        [],
        ls="none",
        marker=MARKER[symbol.form],
        ms=7 * SIZE[symbol.form] ** 0.5,
        mfc="none" if symbol.fill is None else mpl.colors.to_rgba(symbol.fill, symbol.tint),
        mec=symbol.edge or "none",
        mew=width,
        label=key.label,
    )


def handles(keys: Iterable[Key]) -> list[Handle]:
    """A legend's entries, in order."""
    return [handle(key) for key in keys]


def zone_keys(layers: Layers, on: date, *, fill: bool = True) -> list[Key]:
    """Ban zones announced by a day: those with an exact boundary, and those whose boundary is approximate."""
    in_force = ban_zones.zones_in_force(layers.ban_zones, on)
    outline = "" if fill else "_outline"
    vague = in_force["approximate"].astype(bool)
    sorts = (
        ("zone_exact", _("禁现区（{year} 年起，准确边界）"), in_force[~vague]),
        ("zone_approximate", _("禁现区（{year} 年起，近似边界：虚线）"), in_force[vague]),
    )
    return [
        Key(SYMBOLS[symbol + outline], text.format(year=ban_zones.announced_years(some)[0]))
        for symbol, text, some in sorts
        if len(some)
    ]
