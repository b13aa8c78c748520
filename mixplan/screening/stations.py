"""The station list as planners read it: one row a plant with ring, district, verdict and reason; filters and totals."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.city import districts as city_districts
from mixplan.city import rings as city_rings
from mixplan.city.layers import Layers
from mixplan.city.rings import ring_label
from mixplan.plan.kinds import INVENTORY, UNLICENSED
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import certainty_label, evidence_label, kind_label, labelled, status_label, unit_label
from mixplan.screening.judge import binding
from mixplan.screening.measures import AREAS, measure_of
from mixplan.screening.verdicts import CERTAIN, FLAG, UNKNOWN, listed, verdict_class, verdict_label

Rows = TypeVar("Rows", bound=pd.DataFrame)

_NOWHERE = "—"  # in place of a district that nobody knows


def inventory(rows: Rows) -> Rows:
    """The plants or stations that count towards the plan's totals: those on the register at the end of 2010."""
    return rows[rows["status"] == INVENTORY]


def near_sensitive_areas(findings: pd.DataFrame, book: RuleBook) -> pd.Index:
    """Ids of the plants that a rule flags for lying in an environmentally sensitive area or too near to one."""
    about = _about_sensitive_areas(findings, book)
    found: pd.Index = pd.Index(about.loc[about["verdict"] == FLAG, "plant_id"].unique())
    return found


def judged_by_sensitive_areas(findings: pd.DataFrame, book: RuleBook) -> bool:
    """Whether any plant was judged by a rule on environmentally sensitive areas: in some years none is in force."""
    return not _about_sensitive_areas(findings, book).empty


def _about_sensitive_areas(findings: pd.DataFrame, book: RuleBook) -> pd.DataFrame:
    about = [rule.id for rule in book.rules if measure_of(rule).layer == AREAS.layer]
    return findings[findings["rule_id"].isin(about)]


def no_rule_sentence() -> str:
    """Why a plant that no rule in force speaks of is neither flagged nor passed."""
    return _("所选年份没有适用于这类站点的规则。")


def station_table(
    plants: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    findings: pd.DataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    on: date,
) -> pd.DataFrame:
    """One row a plant with everything that is filtered, counted or listed; index plant id.

    Returns
    -------
    DataFrame
        The register's columns plus ``district_id``, ``district_shown`` (name as of the day), ``ring`` (2…6, 0 outside
        the Sixth Ring, ``<NA>`` not located), ``verdict``, ``certainty``, ``flags``, ``drawn`` (drawing class) and
        ``reason`` (the flags in words, or what is missing to judge).
    """
    district_id = city_districts.stated_district(plants, layers.districts)
    names = city_districts.district_labels(layers.districts, on, book)
    drawn = [verdict_class(v, c) for v, c in zip(judged["verdict"], judged["certainty"], strict=True)]
    counted = binding(findings, book)
    # What flags a station, or else what is missing to judge it.
    flagged, missing = (
        counted[counted["verdict"] == verdict].groupby("plant_id", sort=False)["reason"].agg(" ".join)
        for verdict in (FLAG, UNKNOWN)
    )
    reason = flagged.reindex(plants.index).fillna(missing).fillna("")
    reason[~plants.index.isin(counted["plant_id"])] = no_rule_sentence()
    return pd.DataFrame(plants.drop(columns="geometry")).assign(
        district_id=district_id,
        district_shown=district_id.map(names).fillna(plants["district"]).replace("", _NOWHERE),
        ring=city_rings.ring_number(plants.geometry, layers.rings),
        verdict=judged["verdict"],
        certainty=judged["certainty"],
        flags=judged["flags"],
        drawn=drawn,
        reason=reason,
    )


# What stations are filtered by: the name of each choice, and the column of the station table that it goes by.
FACETS = {
    "kinds": "kind",
    "verdicts": "drawn",
    "certainty": "certainty",
    "evidence": "evidence",
    "rings": "ring",
    "districts": "district_id",
    "statuses": "status",
}


def facets(table: pd.DataFrame) -> pd.DataFrame:
    """What each station of a station table is filtered by: a code as text under the name of each choice."""
    return pd.DataFrame({name: _codes(table[column]) for name, column in FACETS.items()})


def _codes(column: pd.Series) -> pd.Series:
    return column.astype(str)


def passing(table: pd.DataFrame, chosen: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """Rows of a station table that pass what the planner has chosen.

    Parameters
    ----------
    chosen : mapping
        Codes by the name of the choice, as in `FACETS`; an empty choice means no restriction.
    """
    keep = pd.Series(True, index=table.index)
    for name, column in FACETS.items():
        if wanted := chosen.get(name):
            keep &= _codes(table[column]).isin(list(wanted))
    return table[keep]


@dataclass(frozen=True)
class Split:
    """A number of stations: real ones, and modelled ones that fill up the plan's totals and stand for no company."""

    real: int
    modelled: int

    @property
    def count(self) -> int:
        """Both together."""
        return self.real + self.modelled

    def text(self) -> str:
        """The two parts in words, as they stand behind the number."""
        return _("真实 {real} · 推算 {modelled}").format(real=f"{self.real:,}", modelled=f"{self.modelled:,}")

    def counted(self) -> str:
        """The number with its parts behind it."""
        return _("{count}（{split}）").format(count=f"{self.count:,}", split=self.text())


def split(rows: pd.DataFrame) -> Split:
    """How many of some stations are real and how many modelled, by the register's ``evidence``."""
    modelled = int((rows["evidence"] == "modelled").sum())
    return Split(len(rows) - modelled, modelled)


@dataclass(frozen=True)
class FlagCount:
    """Stations of the inventory that are flagged, and flagged for certain; and the unlicensed ones, in no total."""

    flagged: Split
    certain: Split
    unlicensed: Split


def flag_count(stations: pd.DataFrame) -> FlagCount:
    """Count what screening found.

    Parameters
    ----------
    stations : DataFrame
        One row a station with ``status``, ``evidence``, ``verdict`` and ``certainty``, as `station_table` has them.
    """
    counted = inventory(stations)
    flagged = counted[counted["verdict"] == FLAG]
    return FlagCount(
        split(flagged),
        split(flagged[flagged["certainty"] == CERTAIN]),
        split(stations[stations["status"] == UNLICENSED]),
    )


def flag_sentence(found: FlagCount) -> str:
    """What screening found in one sentence: the headline of the hand-outs, of the overview and of the command line."""
    text = _("{flagged} 个站点需治理（{flagged_split}），其中 {certain} 个确定（{certain_split}）").format(
        flagged=found.flagged.count,
        flagged_split=found.flagged.text(),
        certain=found.certain.count,
        certain_split=found.certain.text(),
    )
    if found.unlicensed.count:
        text += _("；另有 {count} 个无资质站点（{split}），不在合计内").format(
            count=found.unlicensed.count, split=found.unlicensed.text()
        )
    return text


def totals(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Stations, those of them that are modelled, and verdicts by ring or by district, with a total row.

    Parameters
    ----------
    by : str
        ``ring`` or ``district_shown``.
    """
    if by == "ring":
        names, order = labelled(table["ring"], ring_label), [*map(ring_label, (*city_rings.ring_places(), pd.NA))]
    else:
        names = table[by]
        order = sorted(names.unique(), key=lambda name: (name == _NOWHERE, name))
    classes = listed(table["drawn"])
    place = pd.Index(order).get_indexer(pd.Index(names))
    column = pd.Index(classes).get_indexer(pd.Index(table["drawn"]))
    modelled = (table["evidence"] == "modelled").to_numpy(bool)
    size, wide = len(order), len(classes)
    by_class = np.bincount(place * wide + column, minlength=size * wide).reshape(size, wide)
    both = (np.bincount(at, minlength=size) for at in (place, place[modelled]))
    counts = np.column_stack([*both, by_class])  # stations, modelled ones, one column a class
    some = counts[:, 0] > 0
    shown = np.vstack([counts[some], counts.sum(axis=0)])
    heads = [_("站点"), _("其中推算"), *(verdict_label(drawn) for drawn in classes)]
    labels = [*np.array(order, dtype=object)[some], _("合计")]
    return pd.DataFrame({_("环路") if by == "ring" else _("区县"): labels, **dict(zip(heads, shown.T, strict=True))})


def listing(table: pd.DataFrame) -> pd.DataFrame:
    """The station table in words, as it is shown and downloaded."""
    return pd.DataFrame(
        {
            _("名称"): table["name"],
            _("判定"): labelled(table["drawn"], verdict_label),
            _("环路"): labelled(table["ring"], ring_label),
            _("区县"): table["district_shown"],
            _("类别"): labelled(table["kind"], kind_label),
            _("理由"): table["reason"],
            _("把握"): labelled(table["certainty"], certainty_label),
            _("问题数"): table["flags"],
            _("产能"): table["capacity"],
            _("单位"): labelled(table["capacity_unit"], unit_label),
            _("依据"): labelled(table["evidence"], evidence_label),
            _("定位误差 (m)"): table["location_error_m"],
            _("经度"): table["lon"],
            _("纬度"): table["lat"],
            _("企业"): table["company"],
            _("状态"): labelled(table["status"], status_label),
            _("编号"): table.index,
            _("来源"): table["source"],
        }
    )
