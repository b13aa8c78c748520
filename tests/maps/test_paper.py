"""Static maps: not blank, no tofu, no label on another, the same bytes for the same input, both languages."""

import io

import numpy as np
import pandas as pd
import pytest
from helpers import IN_FORCE
from PIL import Image

from mixplan.base.i18n import set_language
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import picture, reach
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.maps.paper import consolidation, coverage, fonts, siting, stations
from mixplan.registers.points import load_demand
from mixplan.screening.judge import overall, screen

SITES = [{"id": f"s{n}", "lon": 116.1 + n / 15, "lat": 39.7 + n / 20, "capacity": 40} for n in range(8)]


def draw(name, plants, layers, book):
    """One map of each kind on the shipped data."""
    subject = coverage_supply.theme("mortar", book)
    if name == "stations":
        chosen = plants[plants["status"] == "inventory_2010"]
        judged = overall(screen(chosen, layers, book, on=IN_FORCE), chosen, book)
        return stations.station_map(chosen, judged, layers, book, on=IN_FORCE)
    if name == "zones":
        return stations.zone_map(layers, book)
    if name == "consolidation":
        concrete = plants[(plants["kind"] == "concrete") & (plants["status"] == "inventory_2010")]
        actions = ["retain", "upgrade", "merge", "close"]
        plan = pd.DataFrame({"action": [actions[n % 4] for n in range(len(concrete))]}, index=concrete.index)
        return consolidation.consolidation_map(concrete, plan, layers, book)
    ground = coverage_ground.zone_ground(layers, load_demand(), book, year=2015)
    supply = coverage_supply.supply_points(plants)
    sites = coverage_supply.planned_sites(SITES)
    if name == "empty":
        supply = supply.iloc[:0]
    elif name != "coverage":
        supply = coverage_supply.with_proposal(supply, sites)
    seen = reach.reach(ground, supply)
    result = coverage_result.coverage(seen, 12.0)
    if name == "siting":
        flows = result.service.flows.rename(columns={"supply_id": "site", "demand_id": "demand"})
        existing = coverage_supply.supply_points(plants)
        return siting.siting_map(existing, sites, flows, load_demand(), layers, book)
    shown = picture.picture_of(subject, seen, 12.0, layers, book)
    return coverage.coverage_map(shown, shade="spare" if name == "spare" else "distance")


NAMES = ["stations", "zones", "consolidation", "coverage", "spare", "empty", "siting"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_map_is_drawn_without_tofu(name, language, plants, layers, book):
    set_language(language)
    drawn = draw(name, plants, layers, book)
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


@pytest.mark.parametrize("name", ["zones", "coverage"])
def test_the_same_input_gives_the_same_bytes(name, plants, layers, book):
    first, second = draw(name, plants, layers, book), draw(name, plants, layers, book)
    assert first.png(60) == second.png(60) == first.png(60)
    assert first.svg() == second.svg() == first.svg()
    assert first.svg().lstrip().startswith(b"<?xml")
    assert b"<text" not in first.svg()  # letters are outlines


def test_a_picture_is_sharp(layers, book):
    with Image.open(io.BytesIO(stations.zone_map(layers, book, years=(2010,)).png())) as picture:
        assert picture.size == (2338, 1654)


@pytest.mark.parametrize("name", ["zones", "coverage", "stations"])
def test_labels_do_not_cover_each_other(name, plants, layers, book):
    figure = draw(name, plants, layers, book).figure
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


def test_modelled_sites_are_hollow(plants, layers, book):
    figure = draw("coverage", plants, layers, book).figure
    marks = [c for c in figure.axes[0].collections if c.get_zorder() == 9]
    assert len(marks) == 1  # every located mortar plant of the inventory is modelled
    assert tuple(marks[0].get_facecolor()[0][:3]) == (1.0, 1.0, 1.0)


def test_glyphs_that_no_font_has_are_found():
    assert fonts.missing_glyphs(["禁现区 12 km²", "\U0001f9f1"]) == "\U0001f9f1"
