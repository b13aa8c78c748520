"""Coverage along a road network: seconds of work, done beside the page."""

from collections.abc import Sequence

import geopandas as gpd

from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress, Watcher, unwatched
from mixplan.city.haul import network_ways
from mixplan.city.layers import Layers
from mixplan.city.networks import Network
from mixplan.coverage.ground import Ground
from mixplan.coverage.picture import Picture, picture_of
from mixplan.coverage.reach import reach
from mixplan.coverage.supply import Theme
from mixplan.plan.rules import RuleBook


def along_network(
    subject: Theme,
    ground: Ground,
    supplies: Sequence[gpd.GeoDataFrame],
    network: Network,
    radius_km: float,
    layers: Layers,
    book: RuleBook,
    *,
    watcher: Watcher = unwatched,
) -> tuple[Picture, ...]:
    """One picture a supply, on the same ground, with hauls along the network and all that is shown worked out."""
    ways = network_ways(network, book)
    pictures: list[Picture] = []
    of = 2 * len(supplies)
    for n, supply in enumerate(supplies):
        watcher(Progress(done=2 * n, of=of, text=_("正在沿路网量运距")))
        seen = reach(ground, supply, ways=ways)
        watcher(Progress(done=2 * n + 1, of=of, text=_("正在求覆盖的面积和缺口")))
        picture = picture_of(subject, seen, radius_km, layers, book)
        for costly in ("gaps", "spare", "bands", "rim"):
            getattr(picture, costly)
        pictures.append(picture)
    return tuple(pictures)
