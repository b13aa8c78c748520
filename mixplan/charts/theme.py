"""One look for every chart, on pages and in hand-outs."""

import textwrap
from functools import cache
from typing import Any

import altair as alt

from mixplan.base.i18n import get_language
from mixplan.maps.style import INK

PALE, SOFT, LINE_COLOUR = "#F1F3F5", "#555555", "#BBBBBB"
_LINE = 44  # Chinese characters in a line of the origin, as wide as a chart on a page
FONT = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"

AnyChart = alt.LayerChart | alt.FacetChart


def theme() -> dict[str, Any]:
    """Vega-Lite configuration shared by every chart."""
    return {
        "font": FONT,
        "background": "white",
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "fontSize": 16,
            "fontWeight": 600,
            "color": INK,
            "subtitleColor": SOFT,
            "subtitleFontSize": 13,
            "offset": 12,
            "font": FONT,
            "subtitleFont": FONT,
        },
        "axis": {
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titleFontWeight": 400,
            "labelColor": INK,
            "titleColor": SOFT,
            "gridColor": "#E3E6E8",
            "domainColor": LINE_COLOUR,
            "tickColor": LINE_COLOUR,
            "labelFont": FONT,
            "titleFont": FONT,
        },
        "legend": {
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titleFontWeight": 400,
            "labelLimit": 420,
            "orient": "bottom",
            "labelFont": FONT,
            "titleFont": FONT,
        },
        "text": {"font": FONT, "fontSize": 13, "color": INK},
    }


def themed(chart: AnyChart) -> AnyChart:
    """Put the theme on a finished chart."""
    # A page sets the width and leaves the height of the plot alone, whatever title and legend take.
    sized = chart.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    configured: AnyChart = sized.configure(**theme())
    return configured


@cache
def _fonts_registered() -> bool:
    import vl_convert
    from pylopdf_fonts_zh_cn import sans_path

    vl_convert.register_font_directory(str(sans_path().parent))
    return True


def _spec(chart: AnyChart, origin: str) -> tuple[dict[str, Any], str]:
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    spec: dict[str, Any] = chart.to_dict()
    if origin:
        spec["title"] = _with_line(spec.get("title"), wrapped(origin, chinese=_LINE, latin=2 * _LINE).split("\n"))
    return spec, version


def _with_line(title: str | dict[str, Any] | None, lines: list[str]) -> dict[str, Any]:
    """A chart's title with lines below it, or these alone where it has none."""
    if not title:
        return {"text": lines, "fontSize": 12, "fontWeight": 400, "color": SOFT, "orient": "bottom"}
    whole = {"text": title} if isinstance(title, str) else title
    said = whole.get("subtitle") or []
    return whole | {"subtitle": [*([said] if isinstance(said, str) else said), *lines]}


def chart_png(chart: AnyChart, scale: float = 2.0, *, origin: str = "") -> bytes:
    """A chart as a PNG, drawn without network and with the Chinese font that is shipped.

    Parameters
    ----------
    chart : altair chart
        With its size in pixels.
    scale : float
        Pixels in the picture for one pixel of the chart; 2 suits a slide.
    origin : str
        What it was made from, for a line below the title.
    """
    import vl_convert

    _fonts_registered()
    spec, version = _spec(chart, origin)
    return bytes(vl_convert.vegalite_to_png(spec, vl_version=version, scale=scale, allowed_base_urls=[]))


def chart_svg(chart: AnyChart, *, origin: str = "") -> bytes:
    """A chart as an SVG with text as text, so that it can be edited; the reader's own Chinese font is used."""
    import vl_convert

    _fonts_registered()
    spec, version = _spec(chart, origin)
    return str(vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=[])).encode("utf-8")


def wrapped(name: str, *, chinese: int = 14, latin: int = 34) -> str:
    """A name broken into lines of at most so many characters; `LINES` makes the axis show them."""
    if get_language() == "en":
        return "\n".join(textwrap.wrap(name, latin))
    if len(name) <= chinese:
        return name
    return "\n".join(textwrap.wrap(name, chinese))


LINES = "split(datum.value, '\\n')"
