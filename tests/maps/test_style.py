"""One style table: every code has its colour, shape and words, the same in the browser, on paper and in charts."""

import html
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from urllib.parse import unquote

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.figure import Figure

from mixplan.base.assets import asset_text
from mixplan.base.i18n import set_language
from mixplan.charts import board
from mixplan.city.crs import METRIC_CRS
from mixplan.coverage.picture import BAND_LIMITS_KM
from mixplan.coverage.words import band_label, spare_label
from mixplan.handouts.qgis import qgis_style
from mixplan.maps import consolidation, legend, siting, style
from mixplan.maps.paper.keys import handle
from mixplan.maps.paper.marks import draw_marks
from mixplan.maps.paper.view import MARKER, SIZE, View
from mixplan.plan.actions import ACTIONS, STOPS
from mixplan.plan.kinds import STATUSES, plant_kinds
from mixplan.plan.words import action_label, evidence_label, kind_label, status_label
from mixplan.screening.verdicts import DOUBT, DRAWN, verdict_label
from mixplan.targets.status import Status, status_text

LANGUAGES = ("zh", "en")
CENTRE = shapely.Point(500_000, 310_000)


def pictures(text: str) -> dict[str, ET.Element]:
    """A legend's symbols by label, as a browser reads them."""
    found = re.findall(r'src="data:image/svg\+xml,([^"]+)">([^<]*)</span>', text)
    return {html.unescape(label): ET.fromstring(unquote(picture)) for picture, label in found}


def css(picture: ET.Element) -> dict[str, str]:
    return dict(rule.split(":") for rule in picture.attrib["style"].split(";"))


def every_key() -> list[legend.Key]:
    bands = list(zip((0, *BAND_LIMITS_KM), (*BAND_LIMITS_KM, float("inf")), strict=True))
    supply = pd.DataFrame(
        {"stage": ["existing", "existing", "proposed"], "evidence": ["modelled", "sourced", "sourced"]}
    )
    return [
        *legend.verdict_keys(dict.fromkeys(DRAWN, 3)),
        *legend.kind_keys(plant_kinds()),
        legend.hollow_key(2),
        *legend.action_keys(),
        *legend.band_keys(bands),
        *legend.spare_keys(style.SPARE_COLOUR),
        *(key for kind in plant_kinds() for key in legend.supply_keys(kind, planned=True)),
        *(key for kind in plant_kinds() for key in legend.counted_supply_keys(kind, supply)),
        legend.gap_key(),
        *legend.ground_keys(),
        *legend.area_keys(("zones", "areas")),
        *legend.siting_keys(),
        *(legend.Key(symbol, name) for name, symbol in style.SYMBOLS.items()),
    ]


def test_the_colours_of_decisions_are_okabe_itos():
    wanted = {"flag": "#D55E00", "borderline": "#E69F00", "pass": "#0072B2", "unknown": "#999999"}
    assert {drawn: style.VERDICT_COLOUR[drawn] for drawn in wanted} == wanted
    assert style.SYMBOLS["sensitive"].fill == "#009E73"


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (style.VERDICT_COLOUR, DRAWN),
        (style.ACTION_COLOUR, ACTIONS),
        (style.STATUS_COLOUR, list(Status)),
        (style.SPARE_COLOUR, ("spare", "tight", "full", "unknown")),
        (style.BAND_COLOURS, range(len(BAND_LIMITS_KM) + 1)),
    ],
    ids=["verdicts", "actions", "statuses", "spare", "bands"],
)
def test_every_code_has_a_colour_of_its_own(table, codes):
    assert len(table) == len(codes) and (not isinstance(table, dict) or list(table) == list(codes))
    colours = list(table.values()) if isinstance(table, dict) else list(table)
    assert len(set(colours)) == len(colours)
    assert all(mpl.colors.is_color_like(colour) for colour in colours)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (DRAWN, verdict_label),
        (ACTIONS, action_label),
        (list(Status), status_text),
        (list(style.SPARE_COLOUR), spare_label),
        (list(plant_kinds()), kind_label),
        (STATUSES, status_label),
        (("sourced", "modelled"), evidence_label),
    ],
    ids=["verdicts", "actions", "targets", "spare", "kinds", "plants", "evidence"],
)
def test_every_code_has_words_of_its_own(language, codes, words):
    set_language(language)
    said = [words(code) for code in codes]
    assert all(said) and len(set(said)) == len(said)


@pytest.mark.parametrize("kind", plant_kinds())
def test_the_shape_of_a_kind_is_known_to_browser_paper_and_qgis(kind):
    shape = style.kind_shape(kind)
    script = asset_text("map.js")
    assert shape == "circle" or re.search(rf"\b{shape}: polygon\(", script)
    assert shape in MARKER and shape in SIZE
    assert f'value="{shape}"' in qgis_style("stations")
    assert kind_label(kind) in pictures(legend.legend([kind], layers=()))


def test_kinds_differ_by_shape():
    shapes = [style.kind_shape(kind) for kind in plant_kinds()]
    assert len(set(shapes)) == len(shapes) and "star" not in shapes  # a star is a new line


@pytest.mark.parametrize("key", every_key(), ids=lambda key: key.label)
def test_a_symbol_is_the_same_on_screen_and_on_paper(key):
    (picture,) = pictures(legend.html_legend([key])).values()
    screen, paper, symbol = css(picture), handle(key), key.symbol
    assert paper.get_label() == key.label
    edge = paper.get_edgecolor() if symbol.form == "area" else None
    edge = edge or (paper.get_color() if symbol.form == "line" else paper.get_markeredgecolor())
    if screen["stroke"] != "none":
        assert mpl.colors.same_color(mpl.colors.to_rgb(edge), screen["stroke"])
        assert ("stroke-dasharray" in screen) == symbol.dashed
    if screen["fill"] != "none":
        face = paper.get_facecolor() if symbol.form == "area" else paper.get_markerfacecolor()
        assert mpl.colors.same_color(mpl.colors.to_rgb(face), screen["fill"])
        assert mpl.colors.to_rgba(face)[3] == pytest.approx(float(screen["fill-opacity"]))


@pytest.mark.parametrize("drawn", DRAWN)
@pytest.mark.parametrize("hollow", [False, True])
def test_a_verdict_is_never_told_by_colour_alone(drawn, hollow):
    symbol = style.verdict_symbol(drawn, hollow=hollow)
    assert style.VERDICT_COLOUR[drawn] in (symbol.fill, symbol.edge)
    assert symbol.dashed == (drawn in DOUBT) and symbol.hollow == hollow


@pytest.mark.parametrize("action", ACTIONS)
def test_a_station_that_stops_is_hollow_on_map_and_legend(action):
    place = gpd.GeoDataFrame({"name": ["甲"], "kind": ["concrete"]}, geometry=[CENTRE], crs=METRIC_CRS, index=["a"])
    plan = pd.DataFrame({"action": [action]}, index=["a"])
    (layer,) = consolidation.action_layer(consolidation.with_actions(place, plan))
    drawn = layer["features"][0]["properties"]["style"]
    shown = css(pictures(legend.action_legend([action], extra={}))[action_label(action)])
    stops = action in STOPS
    assert (drawn["fillColor"] == "#ffffff") == (shown["fill"] == "#ffffff") == stops
    assert style.ACTION_COLOUR[action] in (drawn["color"], drawn["fillColor"])
    assert style.ACTION_COLOUR[action] in (shown["stroke"], shown["fill"])


def test_on_paper_hollow_marks_are_the_modelled_ones_alone():
    assert not any(key.symbol.hollow for key in legend.action_keys(stops_hollow=False))


def test_what_a_plan_does_not_name_is_retained():
    place = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[CENTRE], crs=METRIC_CRS, index=["a"])
    assert consolidation.with_actions(place, pd.DataFrame({"action": ["close"]}, index=["b"]))["action"].tolist() == [
        "retain"
    ]


def test_a_band_is_darker_the_further_it_is_and_named_by_its_limits():
    starts = (0, *BAND_LIMITS_KM)
    light = [luminance(style.band_colour(low)) for low in starts]
    assert all(near > far for near, far in pairwise(light))
    assert style.band_colour(BAND_LIMITS_KM[0] - 0.001) == style.band_colour(0)
    assert band_label(45, float("inf")) == "45 km 以外" and band_label(5, 10) == "5–10 km"


def luminance(colour: str) -> float:
    """Relative luminance as the WCAG reckons it."""
    part = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
    return float(np.dot((0.2126, 0.7152, 0.0722), part))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    "colour",
    [style.NEW_LINE_COLOUR, style.INK, style.NEUTRAL, style.QUIET, style.DIM, style.BLUE, style.GAP_TEXT_COLOUR],
)
def test_what_is_written_in_a_colour_on_white_or_in_white_on_it_can_be_read(colour):
    assert contrast(colour, "#ffffff") >= 4.5


def test_a_new_line_is_one_star_in_one_purple_everywhere():
    site = gpd.GeoDataFrame(
        {
            "number": [1],
            "label": ["1"],
            "tip": [""],
            "lines": [1],
            "capacity": [30.0],
            "used": [1.0],
            "forced": [False],
        },
        geometry=[CENTRE],
        crs=METRIC_CRS,
        index=pd.Index(["s"], name="id"),
    )
    for layers in (siting.site_layer(site), consolidation.line_site_layer(site)):
        star = layers[0]["features"][0]["properties"]
        assert (star["shape"], star["style"]["fillColor"]) == ("star", style.NEW_LINE_COLOUR)
    symbol = style.SYMBOLS["new_line"]
    assert (symbol.form, symbol.fill) == ("star", style.NEW_LINE_COLOUR)
    rgb = ",".join(str(round(255 * part)) for part in mpl.colors.to_rgb(style.NEW_LINE_COLOUR))
    assert 'value="star"' in qgis_style("new_lines") and f"{rgb},255" in qgis_style("new_lines")


def test_the_boards_signs_and_colours_are_the_statuses():
    assert set(board.STATUS_SIGN) == set(Status)
    assert all(one != other for one, other in combinations(board.STATUS_SIGN.values(), 2))


@pytest.mark.parametrize("shape", sorted(MARKER))
def test_every_shape_can_be_drawn_on_paper(shape):
    figure = Figure()
    axes = figure.add_axes((0, 0, 1, 1))
    view = View(axes, 1.0, detail=False)
    symbol = style.SYMBOLS["gone"] if shape == "cross" else style.mark_symbol(shape, style.BLUE)
    draw_marks(view, gpd.GeoSeries([CENTRE, None]), symbol, size=5)
    assert len(axes.collections) == 1 and len(view.dots) == 1
