"""The stamp of a project: small, the same for the same, and its marks in the colours of the verdicts."""

import io
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from PIL import Image, ImageColor

from mixplan.city.crs import METRIC_CRS, points_metric
from mixplan.maps.style import NEW_LINE_COLOUR, VERDICT_COLOUR
from mixplan.maps.thumbnail import HEIGHT_PX, WIDTH_PX, thumbnail

ON = date(2015, 12, 31)
MIDDLE = points_metric([116.465], [40.245]).iloc[0]  # of what maps show first: the picture's own middle


def one(verdict: str, certainty: str, at: shapely.Point | None = MIDDLE) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    plants = gpd.GeoDataFrame({"name": ["站"]}, geometry=[at], crs=METRIC_CRS, index=["a"])
    return plants, pd.DataFrame({"verdict": [verdict], "certainty": [certainty]}, index=["a"])


def middle(png: bytes) -> tuple[int, int, int]:
    return Image.open(io.BytesIO(png)).convert("RGB").getpixel((WIDTH_PX // 2, HEIGHT_PX // 2))


def near(colour: tuple[int, int, int], wanted: str) -> bool:
    return all(abs(a - b) <= 16 for a, b in zip(colour, ImageColor.getrgb(wanted), strict=True))


@pytest.mark.parametrize(
    ("verdict", "certainty", "drawn"),
    [("flag", "certain", "flag"), ("flag", "borderline", "borderline"), ("pass", "certain", "pass")],
)
def test_a_station_has_the_colour_of_its_verdict(layers, verdict, certainty, drawn):
    assert near(middle(thumbnail(*one(verdict, certainty), [], layers, on=ON)), VERDICT_COLOUR[drawn])


def test_a_chosen_site_lies_on_top(layers):
    png = thumbnail(*one("flag", "certain"), [(MIDDLE.x, MIDDLE.y)], layers, on=ON)
    assert near(middle(png), NEW_LINE_COLOUR)


def test_stations_that_are_not_located_are_left_out(layers):
    empty = thumbnail(*one("flag", "certain", None), [], layers, on=ON)
    assert not near(middle(empty), VERDICT_COLOUR["flag"])


def test_the_whole_register_is_a_small_picture_and_the_same_each_time(layers, plants):
    judged = pd.DataFrame({"verdict": "pass", "certainty": "certain"}, index=plants.index)
    first, second = (thumbnail(plants, judged, [], layers, on=ON) for _turn in range(2))
    assert first == second and len(first) < 25_000
    assert Image.open(io.BytesIO(first)).size == (WIDTH_PX, HEIGHT_PX)
