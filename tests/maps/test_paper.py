"""Static maps: not blank, no tofu, no label on another, the same bytes for the same input, both languages."""

import io
from functools import cache

import numpy as np
import pandas as pd
import pytest
from helpers import IN_FORCE
from PIL import Image

from mixplan.base.i18n import set_language
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import picture, reach
from mixplan.coverage import supply as coverage_supply
from mixplan.maps import style
from mixplan.maps.paper import consolidation, coverage, fonts, siting, stations
from mixplan.registers.points import load_demand
from mixplan.screening.judge import overall, screen

SITES = [{"id": f"s{n}", "lon": 116.1 + n / 15, "lat": 39.7 + n / 20, "capacity": 40} for n in range(8)]


def draw(name, plants, layers, book):
    """One map of each kind on the shipped data."""
    if name == "stations":
        chosen = plants[plants["status"] == "inventory_2010"]
        judged = overall(screen(chosen, layers, book, on=IN_FORCE), chosen, book)
        return stations.station_map(chosen, judged, layers, book, on=IN_FORCE)
    if name == "zones":
        return stations.zone_map(layers, book, years=(2006, 2010))
    if name == "consolidation":
        concrete = plants[(plants["kind"] == "concrete") & (plants["status"] == "inventory_2010")]
        actions = list(style.ACTION_COLOUR)
        plan = pd.DataFrame({"action": [actions[n % len(actions)] for n in range(len(concrete))]}, index=concrete.index)
        return consolidation.consolidation_map(concrete, plan, layers, book)
    ground = coverage_ground.zone_ground(layers, load_demand(), book, year=2015)
    existing = coverage_supply.supply_points(plants)
    sites = coverage_supply.planned_sites(SITES)
    with_sites = coverage_supply.with_proposal(existing, sites)
    supply = {"coverage": existing, "empty": existing.iloc[:0]}.get(name, with_sites)
    shown = picture.picture_of(coverage_supply.theme("mortar", book), reach.reach(ground, supply), 12.0, layers, book)
    if name == "siting":
        flows = shown.result.service.flows.rename(columns={"supply_id": "site", "demand_id": "demand"})
        return siting.siting_map(existing, sites, flows, load_demand(), layers, book)
    return coverage.coverage_map(shown, shade="spare" if name == "spare" else "distance")


NAMES = ["stations", "zones", "consolidation", "coverage", "spare", "empty", "siting"]


@pytest.fixture(scope="session")
def drawn_once(plants, layers, book):
    """Each map in each language, drawn when first asked for."""

    @cache
    def one(name, language="zh"):
        set_language(language)
        return draw(name, plants, layers, book)

    return one


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_map_is_drawn_without_tofu(name, language, drawn_once):
    drawn = drawn_once(name, language)
    assert fonts.missing_glyphs(drawn.texts()) == ""
    with Image.open(io.BytesIO(drawn.png(60))) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 200
    words = " ".join(drawn.texts())
    if language == "zh":
        assert "示意图，不作为划界依据" in words and "来源" in words and "近似边界" in words
    else:
        # The unit 万 and the document's number stay as the plan writes them.
        chinese = [t for t in drawn.texts() if any("\u4e00" <= c <= "\u9fff" for c in t.replace("万", ""))]
        assert not [t for t in chinese if "京建发" not in t], chinese


@pytest.mark.slow
@pytest.mark.parametrize("name", ["zones", "coverage"])
def test_the_same_input_gives_the_same_bytes(name, drawn_once, plants, layers, book):
    first, second = drawn_once(name), draw(name, plants, layers, book)
    assert first.png(60) == second.png(60) == first.png(60)
    svg = first.svg()
    assert svg == second.svg() == first.svg()
    assert svg.lstrip().startswith(b"<?xml")
    assert b"<text" not in svg  # letters are outlines


def test_a_picture_is_sharp(drawn_once):
    with Image.open(io.BytesIO(drawn_once("zones").png())) as picture:
        assert picture.size == (2338, 1654)


@pytest.mark.parametrize("name", ["zones", "coverage", "stations"])
def test_labels_do_not_cover_each_other(name, drawn_once):
    figure = drawn_once(name).figure
    renderer = figure.canvas.get_renderer()
    for axes in figure.axes:
        boxes = [
            text.get_window_extent(renderer)
            for text in axes.texts
            if text.get_zorder() not in (19, 25) and text.get_text()
        ]
        for n, one in enumerate(boxes):
            for other in boxes[n + 1 :]:
                assert not one.overlaps(other)


def test_modelled_sites_are_hollow(drawn_once):
    figure = drawn_once("coverage").figure
    marks = [c for c in figure.axes[0].collections if c.get_zorder() == 9]
    assert len(marks) == 1  # every located mortar plant of the inventory is modelled
    assert tuple(marks[0].get_facecolor()[0][:3]) == (1.0, 1.0, 1.0)


def test_glyphs_that_no_font_has_are_found():
    assert fonts.missing_glyphs(["禁现区 12 km²", "\U0001f9f1"]) == "\U0001f9f1"
