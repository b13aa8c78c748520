"""What comments can be pinned to, and the page on which it is looked at."""

import geopandas as gpd

from mixplan.base.i18n import gettext as _
from mixplan.city.crs import place_degrees
from mixplan.projects.comments import Target, tidied
from mixplan.ui import work
from mixplan.ui.pages import page_file

_DIGITS = 6  # of a degree: a tenth of a metre


def on_station(plants: gpd.GeoDataFrame, plant_id: str) -> Target:
    """A station of the register in use."""
    row = plants.loc[plant_id]
    # Names of registers may hold signs that are not seen, which a record does not take.
    return Target("station", plant_id, tidied(str(row["name"])), _degrees(plants, plant_id))


def on_site(sites: gpd.GeoDataFrame, site: str) -> Target:
    """A candidate of new lines, be it chosen or not."""
    return Target("site", site, "", _degrees(sites, site))


def on_place(lon: float, lat: float) -> Target:
    """A place on the map."""
    return Target(place=(round(lon, _DIGITS), round(lat, _DIGITS)))


def _degrees(frame: gpd.GeoDataFrame, id: str) -> tuple[float, float] | None:
    geometry = frame.geometry[id]
    if geometry is None or geometry.is_empty:
        return None
    lat, lon = place_degrees(geometry)
    return round(lon, _DIGITS), round(lat, _DIGITS)


def page_of(target: Target) -> tuple[str, str, dict[str, str]]:
    """Script and name of the page that shows it, and the address with it chosen there."""
    held = {work.ADDRESS: work.at_hand().id, work.BRANCH: work.scenario()}
    if target.kind == "station":
        page, chosen, title = "station_map", {"plant": target.id}, _("在站点地图上看")
    else:
        lon, lat = target.place or (0, 0)
        chosen = {"site": target.id} if target.kind == "site" else {"place": f"{lon:.6f},{lat:.6f}"}
        page, title = "siting", _("在新线布局上看")
    return page_file(page), title, {key: value for key, value in {**held, **chosen}.items() if value}
