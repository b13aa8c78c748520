"""The maps' styles as QGIS writes them."""

import html
from collections.abc import Mapping, Sequence

from mixplan.base.i18n import gettext as _
from mixplan.maps import style as maps_style
from mixplan.plan import words
from mixplan.plan.kinds import plant_kinds
from mixplan.screening import verdicts


def _rgb(colour: str, alpha: float = 1.0) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * alpha)}"


def _options(values: Mapping[str, object]) -> str:
    rows = "".join(f'<Option type="QString" name="{k}" value="{html.escape(str(v))}"/>' for k, v in values.items())
    return f'<Option type="Map">{rows}</Option>'


def _symbol(name: str, kind: str, layer: str, values: Mapping[str, object]) -> str:
    return (
        f'<symbol type="{kind}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0">{_options(values)}</layer></symbol>'
    )


def _fill(name: str, colour: str, alpha: float, edge: str, *, dashed: bool = False, hatched: bool = False) -> str:
    style = {
        "color": _rgb(colour, alpha),
        "style": "f_diagonal" if hatched else "solid",
        "outline_color": _rgb(edge),
        "outline_style": "dash" if dashed else "solid",
        "outline_width": 0.35,
        "outline_width_unit": "MM",
    }
    return _symbol(name, "fill", "SimpleFill", style)


def _line(name: str, colour: str, width: float) -> str:
    style = {"line_color": _rgb(colour), "line_width": width, "line_width_unit": "MM"}
    return _symbol(name, "line", "SimpleLine", style)


def _mark(name: str, shape: str, colour: str, size: float, *, hollow: bool) -> str:
    style = {
        "name": shape,
        "color": _rgb("#ffffff" if hollow else colour),
        "size": size,
        "size_unit": "MM",
        "outline_color": _rgb(colour if hollow else "#ffffff"),
        "outline_width": 0.5 if hollow else 0.2,
        "outline_style": "solid",
        "outline_width_unit": "MM",
    }
    return _symbol(name, "marker", "SimpleMarker", style)


def _rules(rules: Sequence[tuple[str, str, str]]) -> str:
    """A rule-based renderer: (filter, label, symbol)."""
    keyed = "".join(
        f'<rule key="{{{n:08d}-0000-4000-8000-000000000000}}" symbol="{n}" filter="{html.escape(found)}"'
        f' label="{html.escape(label)}"/>'
        for n, (found, label, _symbol_text) in enumerate(rules)
    )
    symbols = "".join(symbol.replace('name="@"', f'name="{n}"', 1) for n, (_f, _l, symbol) in enumerate(rules))
    return (
        '<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">'
        f'<rules key="{{root}}">{keyed}</rules><symbols>{symbols}</symbols></renderer-v2>'
    )


def _single(symbol: str) -> str:
    return (
        '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">'
        f"<symbols>{symbol}</symbols></renderer-v2>"
    )


def _station_rules() -> list[tuple[str, str, str]]:
    rules = []
    for drawn, colour in maps_style.VERDICT_COLOUR.items():
        for kind in plant_kinds():
            for evidence in ("sourced", "modelled"):
                found = f"\"verdict\" = '{drawn}' AND \"kind\" = '{kind}' AND \"evidence\" = '{evidence}'"
                label = f"{verdicts.verdict_label(drawn)} · {words.kind_label(kind)}"
                label += _("（模型推算）") if evidence == "modelled" else ""
                hollow = evidence == "modelled"
                rules.append((found, label, _mark("@", maps_style.kind_shape(kind), colour, 2.6, hollow=hollow)))
    return rules


def qgis_style(layer: str) -> str:
    """The style of one layer as QML."""
    line, amber = maps_style.ZONE_LINE_COLOUR, maps_style.AMBER
    approximate, exact = _("近似边界"), _("准确边界")
    drawn = {
        "districts": lambda: _single(_fill("0", maps_style.LAND_COLOUR, 1, maps_style.DISTRICT_COLOUR)),
        "lakes": lambda: _single(_fill("0", maps_style.WATER_COLOUR, 1, maps_style.SHORE_COLOUR)),
        "rivers": lambda: _single(_line("0", maps_style.SHORE_COLOUR, 0.3)),
        "sensitive_lines": lambda: _single(_line("0", maps_style.SENSITIVE_COLOUR, 0.5)),
        "sensitive_points": lambda: _single(_mark("0", "circle", maps_style.SENSITIVE_COLOUR, 2.0, hollow=True)),
        "sensitive_areas": lambda: _rules(
            [
                (
                    '"approximate" = 1',
                    approximate,
                    _fill("@", maps_style.SENSITIVE_COLOUR, 0.2, maps_style.SENSITIVE_COLOUR, dashed=True),
                ),
                ('"approximate" = 0', exact, _fill("@", maps_style.SENSITIVE_COLOUR, 0.2, maps_style.SENSITIVE_COLOUR)),
            ]
        ),
        "ban_zones": lambda: _rules(
            [
                ('"approximate" = 1', approximate, _fill("@", amber, 0.2, line, dashed=True)),
                ('"approximate" = 0', exact, _fill("@", amber, 0.34, line)),
            ]
        ),
        "ring_roads": lambda: _single(_line("0", maps_style.RING_COLOUR, 0.5)),
        "gaps": lambda: _single(_fill("0", maps_style.GAP_COLOUR, 1, maps_style.GAP_COLOUR, hatched=True)),
        "stations": lambda: _rules(_station_rules()),
        "new_lines": lambda: _single(_mark("0", "star", maps_style.NEW_LINE_COLOUR, 5, hollow=False)),
    }[layer]()
    return f'<!DOCTYPE qgis><qgis version="3.28.0">{drawn}</qgis>'
