"""Coverage as it is drawn: shares, gaps, the rim of the radius, bands of distance, what plants have to spare."""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from mixplan.city.crs import METRIC_CRS
from mixplan.city.layers import Layers
from mixplan.coverage.reach import Reach
from mixplan.coverage.result import Coverage, bands, coverage, gaps, spare_table
from mixplan.coverage.supply import Theme
from mixplan.plan.rules import RuleBook

BAND_LIMITS_KM = (5, 10, 20, 30, 45)  # where one band of distance to the nearest plant ends and the next begins


@dataclass(frozen=True, eq=False)
class Picture:
    """Coverage with one supply and one radius, and everything that maps, tables and hand-outs show of it.

    What is costly is worked out when it is first asked for.

    Attributes
    ----------
    subject : Theme
        What is hauled.
    seen : Reach
        What it was measured with.
    result : Coverage
        The shares.
    """

    subject: Theme
    seen: Reach
    result: Coverage
    layers: Layers
    book: RuleBook

    @cached_property
    def gaps(self) -> gpd.GeoDataFrame:
        """Parts of the zones beyond the radius that are large enough to be named (`coverage.gaps`)."""
        least = self.book.figure("coverage_gap_minimum_km2")
        return gaps(self.seen, self.result.radius_km, self.layers, minimum_km2=least)

    @cached_property
    def spare(self) -> pd.DataFrame:
        """Plants with what they have to spare (`coverage.spare_table`)."""
        return spare_table(self.seen, self.result, tight_pct=self.book.figure("coverage_tight_spare_pct"))

    @cached_property
    def bands(self) -> gpd.GeoDataFrame:
        """The zones by distance to the nearest plant (`coverage.bands`)."""
        return bands(self.seen, BAND_LIMITS_KM)

    @cached_property
    def rim(self) -> gpd.GeoDataFrame:
        """Where the radius ends, one row; none without supply."""
        rim = gpd.GeoDataFrame({"id": ["rim"]}, geometry=[self.seen.rim(self.result.radius_km)], crs=METRIC_CRS)
        return rim[~rim.geometry.is_empty]

    @property
    def planned(self) -> bool:
        """Whether some of the supply is only proposed."""
        return bool((self.seen.supply["stage"] == "proposed").any())


def picture_of(subject: Theme, seen: Reach, radius_km: float, layers: Layers, book: RuleBook) -> Picture:
    """Coverage within a radius with everything that is shown of it."""
    return Picture(subject, seen, coverage(seen, radius_km), layers, book)
