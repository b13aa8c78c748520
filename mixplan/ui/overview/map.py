"""The flagged stations on a small map."""

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.maps import stations as maps_stations
from mixplan.maps import web
from mixplan.screening.stations import inventory
from mixplan.screening.verdicts import FLAG
from mixplan.ui import mapview, shared


def small_map(plants: gpd.GeoDataFrame, judged: pd.DataFrame, table: pd.DataFrame) -> None:
    """The flagged stations over zones and rings."""
    layers, book = shared.layers(), shared.rules()
    counted = inventory(table)
    flagged = counted[counted["verdict"] == FLAG]
    groups = [
        *(mapview.background(layer, book.period_end) for layer in ("zones", "districts", "rings")),
        web.group(_("厂站"), *maps_stations.plant_layer(plants.loc[flagged.index], judged, flagged["district_shown"])),
    ]
    canvas = web.base_map(layers, mapview.map_assets(), title=_("需治理站点"))
    mapview.show_map(canvas, groups, key="overview_map", height=430)
