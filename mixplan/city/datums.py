"""Coordinates: datums used in China, the metric CRS everything is measured in, and what is refused.

References
----------
GCJ-02 and BD-09 have no official publication; the series below are the ones in public use since 2013
(eviltransform, coordtransform, PRCoords all implement the same). Over Beijing GCJ-02 lies 504–612 m off WGS-84.
CGCS2000 and WGS-84 differ by centimetres, far below any accuracy used here, and are treated as the same.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Transformer

from mixplan.base.arrays import Floats
from mixplan.base.errors import DatumError
from mixplan.base.i18n import gettext as _
from mixplan.city.crs import METRIC_CRS, arrays

_SEMI_MAJOR_M = 6378245.0  # Krasovsky ellipsoid, as GCJ-02 uses it
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0


class Datum(StrEnum):
    """Datum of coordinates that a user hands in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    CGCS2000 = "cgcs2000"
    BEIJING54 = "beijing54"
    XIAN80 = "xian80"


DATUMS = [datum.value for datum in Datum]  # as a planner names them


def _gcj_offset_deg(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Offset of GCJ-02 from WGS-84 in degrees at WGS-84 positions."""
    x, y = lon - 105.0, lat - 35.0
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    w = np.sqrt(w2)
    dlat = np.degrees(north * w2 * w / (_SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED)))
    dlon = np.degrees(east * w / (_SEMI_MAJOR_M * np.cos(phi)))
    return dlon, dlat


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift WGS-84 degrees to GCJ-02 degrees, the datum of Chinese web maps.

    Parameters
    ----------
    lon, lat : array_like
        WGS-84 degrees, any equal shapes.

    Returns
    -------
    tuple of ndarray
        GCJ-02 longitude and latitude in degrees.
    """
    lon, lat = arrays(lon, lat)
    dlon, dlat = _gcj_offset_deg(lon, lat)
    return lon + dlon, lat + dlat


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift GCJ-02 degrees back to WGS-84; exact to well under 1 mm over Beijing.

    The offset changes slowly, so the fixed-point iteration gains about four digits a step.
    """
    lon, lat = arrays(lon, lat)
    wlon, wlat = lon, lat
    for _step in range(6):
        dlon, dlat = _gcj_offset_deg(wlon, wlat)
        wlon, wlat = lon - dlon, lat - dlat
    return wlon, wlat


def _gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    r = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return r * np.cos(theta) + 0.0065, r * np.sin(theta) + 0.006


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift WGS-84 degrees to BD-09 degrees, the datum of Baidu maps."""
    return _gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift BD-09 degrees back to WGS-84; exact to well under 1 mm over Beijing.

    The usual closed form of the inverse is off by up to a metre, hence the iteration on the forward series.
    """
    lon, lat = arrays(lon, lat)
    glon, glat = lon - 0.0065, lat - 0.006
    for _step in range(10):
        blon, blat = _gcj02_to_bd09(glon, glat)
        glon, glat = glon - (blon - lon), glat - (blat - lat)
    return gcj02_to_wgs84(glon, glat)


# CGCS2000 grids with central meridian 117°E, told apart by their eastings: without and with the zone number 39.
_GRIDS = {METRIC_CRS: (200_000, 800_000), "EPSG:4527": (39_200_000, 39_800_000)}


def _cgcs2000_to_wgs84(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Degrees stay, grid metres become degrees, and eastings of no known zone become missing."""
    degrees = np.abs(x) <= 180
    lon, lat = np.where(degrees, x, np.nan), np.where(degrees, y, np.nan)
    for crs, (low, high) in _GRIDS.items():
        rows = (x >= low) & (x <= high)
        if rows.any():
            to_degrees = Transformer.from_crs(crs, "EPSG:4490", always_xy=True)
            lon[rows], lat[rows] = to_degrees.transform(x[rows], y[rows])
    unknown = ~np.isfinite(lon) | ~np.isfinite(lat)
    lon[unknown] = lat[unknown] = np.nan
    return lon, lat


def to_wgs84(x: ArrayLike, y: ArrayLike, datum: Datum | str) -> tuple[Floats, Floats]:
    """Bring coordinates of a named datum to WGS-84 degrees, or refuse with the reason.

    Parameters
    ----------
    x, y : array_like
        Longitude and latitude in degrees; for ``cgcs2000`` also eastings and northings in metres
        (3° zones with central meridian 117°E, with or without the zone number 39). Missing values stay missing.
        Eastings of no known zone become missing as well: the caller knows which row to name.
    datum : Datum or str
        One of ``wgs84``, ``gcj02``, ``bd09``, ``cgcs2000``.

    Returns
    -------
    tuple of ndarray
        WGS-84 longitude and latitude in degrees.

    Raises
    ------
    DatumError
        For Beijing 54 and Xi'an 80, whose parameters to CGCS2000 are not public (libraries shift them only
        roughly, by tens of metres), and for unknown datums.
    """
    try:
        datum = Datum(str(datum).strip().lower())
    except ValueError:
        allowed = _("、").join(d.value for d in (Datum.WGS84, Datum.GCJ02, Datum.BD09, Datum.CGCS2000))
        raise DatumError(_("不认识的坐标系“{datum}”，可用：{allowed}。").format(datum=datum, allowed=allowed)) from None
    xs, ys = arrays(x, y)
    match datum:
        case Datum.BEIJING54 | Datum.XIAN80:
            name = {"beijing54": _("北京 54"), "xian80": _("西安 80")}[datum.value]
            raise DatumError(
                _(
                    "{name} 坐标不能直接使用：它到 CGCS2000 的转换参数不公开，通用软件只作粗略平移，误差可达百米。"
                    "请先由测绘部门转换为 CGCS2000 再导入。"
                ).format(name=name)
            )
        case Datum.GCJ02:
            return gcj02_to_wgs84(xs, ys)
        case Datum.BD09:
            return bd09_to_wgs84(xs, ys)
        case Datum.CGCS2000:
            return _cgcs2000_to_wgs84(xs, ys)
        case _:
            return xs, ys
