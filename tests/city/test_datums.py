"""Coordinates: GCJ-02 and BD-09 there and back, CGCS2000 grids, and what is refused."""

import coord_convert.transform as coord_convert
import geopandas as gpd
import numpy as np
import prcoords
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from mixplan.base.errors import DatumError
from mixplan.city.crs import place_degrees, points_metric
from mixplan.city.datums import bd09_to_wgs84, gcj02_to_wgs84, to_wgs84, wgs84_to_bd09, wgs84_to_gcj02

LON, LAT = st.floats(115.3, 117.6), st.floats(39.3, 41.2)
GEOD = Geod(ellps="WGS84")


def metres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    return float(GEOD.inv(lon1, lat1, lon2, lat2)[2])


@pytest.mark.parametrize(("there", "back"), [(wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)])
@given(lon=LON, lat=LAT)
def test_there_and_back_is_exact_to_a_millimetre_over_beijing(there, back, lon, lat):
    lon2, lat2 = back(*there(lon, lat))
    assert metres(lon, lat, float(lon2), float(lat2)) < 0.001


@given(lon=LON, lat=LAT)
def test_gcj02_agrees_with_two_libraries_of_other_authors(lon, lat):
    ours = wgs84_to_gcj02(lon, lat)
    theirs = prcoords.wgs_gcj(prcoords.Coords(lat, lon))
    assert metres(float(ours[0]), float(ours[1]), theirs.lon, theirs.lat) < 0.01
    assert metres(float(ours[0]), float(ours[1]), *coord_convert.wgs2gcj(lon, lat)) < 0.01


@given(lon=LON, lat=LAT)
def test_bd09_agrees_with_two_libraries_of_other_authors(lon, lat):
    ours = wgs84_to_bd09(lon, lat)
    theirs = prcoords.wgs_bd(prcoords.Coords(lat, lon))
    assert metres(float(ours[0]), float(ours[1]), theirs.lon, theirs.lat) < 0.01
    assert metres(float(ours[0]), float(ours[1]), *coord_convert.wgs2bd(lon, lat)) < 0.01


def test_gcj02_lies_500_to_620_m_off_over_beijing():
    lon, lat = np.meshgrid(np.linspace(115.5, 117.4, 20), np.linspace(39.5, 41.0, 20))
    glon, glat = wgs84_to_gcj02(lon, lat)
    off = GEOD.inv(lon, lat, glon, glat)[2]
    assert 450 < off.min() < off.max() < 650


def test_arrays_keep_their_shape_and_missing_values_stay_missing():
    lon, lat = to_wgs84([116.4, np.nan], [39.9, np.nan], "gcj02")
    assert lon.shape == (2,)
    assert np.isfinite(lon[0])
    assert np.isnan(lon[1])
    assert np.isnan(lat[1])


@pytest.mark.parametrize("epsg", [4548, 4527])
def test_cgcs2000_grid_is_told_by_its_eastings(epsg):
    x, y = Transformer.from_crs(4490, epsg, always_xy=True).transform(116.39, 39.91)
    lon, lat = to_wgs84([x, np.nan], [y, np.nan], "cgcs2000")
    assert metres(116.39, 39.91, lon[0], lat[0]) < 0.001
    assert np.isnan(lon[1])


def test_cgcs2000_degrees_pass_through():
    lon, lat = to_wgs84([116.39], [39.91], "CGCS2000")
    assert (lon[0], lat[0]) == (116.39, 39.91)


def test_grids_and_degrees_are_told_apart_row_by_row_and_nonsense_becomes_missing():
    rows = [Transformer.from_crs(4490, epsg, always_xy=True).transform(116.39, 39.91) for epsg in (4548, 4527)]
    rows += [(116.39, 39.91), (20_450_000.0, 4_420_000.0)]
    x, y = zip(*rows, strict=True)
    lon, lat = to_wgs84(x, y, "cgcs2000")
    assert lon[:3] == pytest.approx([116.39] * 3, abs=1e-8)
    assert np.isnan(lon[3])
    assert np.isnan(lat[3])


@pytest.mark.parametrize("datum", ["beijing54", "xian80"])
def test_old_datums_are_refused_with_the_reason(datum):
    with pytest.raises(DatumError, match="转换参数不公开"):
        to_wgs84([116.4], [39.9], datum)


def test_unknown_datum_names_what_is_allowed():
    with pytest.raises(DatumError, match="wgs84、gcj02、bd09、cgcs2000"):
        to_wgs84([116.4], [39.9], "wgs72")


def test_points_without_coordinates_are_missing():
    points = points_metric([116.4, np.nan], [39.9, np.nan])
    assert points.isna().tolist() == [False, True]
    assert points.crs.to_epsg() == 4548


def test_a_place_that_is_asked_for_again_is_not_projected_again(monkeypatch):
    """A page is drawn by a thread of its own, in which the first projection takes 60 ms."""
    (place,) = points_metric([116.4], [39.9])
    first = place_degrees(place)
    monkeypatch.delattr(gpd.GeoSeries, "to_crs")
    assert place_degrees(place) == first == (39.9, 116.4)
