"""The stations of the inventory, with what a decision has to know of each."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.city import districts, rings
from mixplan.city.layers import Layers
from mixplan.consolidation.model import Limit
from mixplan.consolidation.settings import Settings
from mixplan.plan.actions import CLOSE, UNDECIDED
from mixplan.plan.kinds import INVENTORY
from mixplan.plan.rules import RuleBook
from mixplan.screening.judge import binding
from mixplan.screening.stations import near_sensitive_areas
from mixplan.screening.verdicts import CERTAIN, FLAG, UNKNOWN

FLAGGED_CAP = "flagged"  # name of the cap on stations in need of consolidation


def inventory(plants: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The concrete stations that the plan speaks of: those of the inventory at the end of 2010."""
    return plants[(plants["kind"] == "concrete") & (plants["status"] == INVENTORY)]


def station_frame(
    plants: gpd.GeoDataFrame, findings: pd.DataFrame, layers: Layers, book: RuleBook, settings: Settings
) -> gpd.GeoDataFrame:
    """Stations with what the decision needs to know of each; see `Case.stations`."""
    some = inventory(plants)
    note = np.select([some["capacity"].isna(), some.geometry.isna()], ["capacity", "location"], "")
    return some.assign(
        ring=rings.ring_number(some.geometry, layers.rings),
        district_id=districts.stated_district(some, layers.districts),
        **_findings(some.index, findings, book, settings.borderline_weight),
        status_note=note,
        in_model=note == "",
        lock=_locks(some.index, dict(settings.locks)),
    )


def _findings(
    stations: pd.Index, findings: pd.DataFrame, book: RuleBook, borderline_weight: float
) -> dict[str, pd.Series | np.ndarray]:
    """What the screening says of each station: severity, flags, and the rules whose attribute is not known."""
    own = findings[findings["plant_id"].isin(stations)]
    flags = own[own["verdict"] == FLAG]
    advisory = pd.Series(~flags.index.isin(binding(flags, book).index), index=flags.index)
    severity = flags["rule_id"].map({rule.id: float(rule.severity) for rule in book.rules}).astype(float)
    score: pd.Series = severity * np.where(flags["certainty"] == CERTAIN, 1.0, borderline_weight)
    sure = flags["certainty"] == CERTAIN
    unknown = own[own["verdict"] == UNKNOWN].groupby("plant_id")["rule_id"].agg(lambda ids: ",".join(map(str, ids)))

    def total(rows: pd.Series) -> pd.Series:
        return score[rows].groupby(flags.loc[rows, "plant_id"]).sum().reindex(stations).fillna(0.0).astype(float)

    return {
        "points": total(~advisory),
        "note_points": total(advisory),
        "flagged": stations.isin(flags.loc[~advisory, "plant_id"]),
        "certain": stations.isin(flags.loc[~advisory & sure, "plant_id"]),
        "sensitive": stations.isin(near_sensitive_areas(own, book)),
        "unknown": unknown.reindex(stations).fillna("").astype(object),
    }


def _locks(stations: pd.Index, decisions: Mapping[str, str]) -> pd.Series:
    """The planner's decision on each station."""
    if strange := sorted(set(decisions) - set(map(str, stations))):
        raise DataError(
            _("决定文件中的这些站点不在册：{ids}。应为登记册中预拌混凝土搅拌站的编号。").format(ids=listed(strange))
        )
    return pd.Series({plant: decisions.get(str(plant), UNDECIDED) for plant in stations}, dtype=object)


def stays_outside(stations: gpd.GeoDataFrame) -> pd.Series:
    """Which stations stand to the end without being decided on: not in the model, and not closed by the planner."""
    stays: pd.Series = ~stations["in_model"] & (stations["lock"] != CLOSE)
    return stays


def cap_on(name: str, stations: gpd.GeoDataFrame, members: pd.Series, most: int) -> Limit:
    """A cap on how many of some stations may stand; those that stand outside the model count as well."""
    members = members.fillna(False).astype(bool)
    held = int((members & stays_outside(stations)).sum())
    return Limit(name, members[stations["in_model"]].to_numpy(bool), most, held)


def flagged_list(stations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Stations in need of consolidation, the gravest first."""
    some = stations[stations["flagged"]]
    return some.sort_values(["points", "note_points"], ascending=False, kind="stable")
