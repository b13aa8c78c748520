"""The measures that rules may name, each with its own words; `mixplan.screening.measure` says what a measure is."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.errors import RuleError
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import metres
from mixplan.city import distances, rings
from mixplan.city import sectors as city_sectors
from mixplan.city.layers import Layers
from mixplan.plan.kinds import UNLICENSED, area_kinds
from mixplan.plan.rules import Rule, RuleBook
from mixplan.plan.words import unit_text
from mixplan.registers.plants import COLUMNS
from mixplan.screening.measure import (
    REGISTERED,
    Found,
    Measure,
    Measured,
    Question,
    Subjects,
    attribute,
    measure,
    too_near_to_tell,
)
from mixplan.screening.verdicts import FLAG, PASS, UNKNOWN

# By name; complete once this module is read.
MEASURES: Mapping[str, Measure] = MappingProxyType(REGISTERED)
EVERY_KIND = "all"  # as a rule's subject: every kind of sensitive area


def measure_of(rule: Rule) -> Measure:
    """The measure that a rule names.

    Raises
    ------
    RuleError
        Naming the rule, its measure and those that there are.
    """
    if rule.measure not in MEASURES:
        raise RuleError(
            _("规则“{rule}”的 measure 是“{value}”，应为 {allowed} 之一。").format(
                rule=rule.id, value=rule.measure, allowed=_("、").join(MEASURES)
            )
        )
    return MEASURES[rule.measure]


def check_rule(rule: Rule, layers: Layers) -> None:
    """Refuse a rule whose measure or subject does not exist.

    Raises
    ------
    RuleError
        Naming the rule, the key, its value and what is allowed.
    """
    kind = measure_of(rule)
    allowed = kind.allowed(layers)
    for subject in rule.subjects if kind.several else [rule.subject]:
        if subject not in allowed:
            raise RuleError(
                _("规则“{rule}”的 subject 是“{value}”，应为 {allowed} 之一。").format(
                    rule=rule.id, value=subject, allowed=_("、").join(allowed)
                )
            )


# --- what findings refer to -------------------------------------------------------------------------------------------


def _rings(layers: Layers, book: RuleBook) -> gpd.GeoDataFrame:
    areas = layers.rings[layers.rings["feature"] == "area"]
    return _named(areas, [_ring_id(ring) for ring in areas["ring"]])


def _ring_id(ring: int) -> str:
    return f"ring{ring}"


def _named(areas: gpd.GeoDataFrame, ids: Sequence[str] | pd.Series, *, approximate: bool = False) -> gpd.GeoDataFrame:
    """Areas by subject id, with what a sentence says of them: their names, and whether their extent is vague."""
    table = areas[["name", "name_en", "geometry"]].set_index(pd.Index(ids, name="id"))
    return table.assign(approximate=areas["approximate"].to_numpy(bool) if approximate else False)


def _sectors(layers: Layers, book: RuleBook) -> gpd.GeoDataFrame:
    areas = city_sectors.sector_areas(layers.rings, book)
    names = [city_sectors.sector_label(sector) for sector in areas.index]
    columns = {"name": names, "name_en": names, "approximate": False}
    return gpd.GeoDataFrame(columns, geometry=areas.to_numpy(), index=areas.index, crs=areas.crs)


def _areas(layers: Layers, book: RuleBook) -> gpd.GeoDataFrame:
    return _named(layers.sensitive_areas, layers.sensitive_areas["id"], approximate=True)


RINGS = Subjects("rings", _rings)
ZONES = Subjects("zones", lambda layers, book: _named(layers.ban_zones, layers.ban_zones["id"]))
AREAS = Subjects("areas", _areas)
SECTORS = Subjects("sectors", _sectors)

# --- words ------------------------------------------------------------------------------------------------------------


def _where(found: Found) -> str:
    """Inside or how far outside, and the margin that the rule adds."""
    if found.verdict == UNKNOWN:
        return _("没有坐标，无法判定")
    inside = _("位于{area}内，距其界线 {distance}")
    text = inside if found.distance_m <= 0 else _("在{area}外 {distance}")
    said = text.format(area=found.subject, distance=metres(found.distance_m))
    # A margin that may be moved is said even where it is nought.
    return said + _margin(found.rule) if float(found.rule.value) or found.rule.maximum is not None else said


def _margin(rule: Rule) -> str:
    """The metres that a rule adds, and whether the plan or a regulation says so or they are assumed."""
    text = {
        "plan": _("（外扩距离 {threshold:g} m，规划）"),
        "regulation": _("（外扩距离 {threshold:g} m，规定）"),
        "assumption": _("（外扩距离 {threshold:g} m，假设）"),
    }[rule.kind]
    return text.format(threshold=float(rule.value))


def _which_sector(found: Found) -> str:
    if found.verdict == UNKNOWN:
        return _("没有坐标，无法判定")
    if found.verdict == PASS:
        where = _("位于{sector}").format(sector=found.subject)
    else:
        where = _("不在{sectors}").format(sectors=_sector_names(found.rule))
    return where + _("，距分界线 {distance}").format(distance=metres(found.distance_m))


def _sector_names(rule: Rule) -> str:
    *first, last = (city_sectors.sector_label(sector) for sector in rule.subjects)
    return _("{these}或{that}").format(these=_("、").join(first), that=last) if first else last


def _how_much(found: Found) -> str:
    text = {
        PASS: _("{value:,.4g} {unit}，达到 {threshold:g} {unit} 的要求"),
        FLAG: _("{value:,.4g} {unit}，低于 {threshold:g} {unit}"),
        UNKNOWN: _("{title}未知，需补充资料（要求不低于 {threshold:g} {unit}）"),
    }[found.verdict]
    return text.format(
        value=np.nan if found.value is None else float(found.value),
        threshold=float(found.rule.value),
        unit=unit_text(found.rule.unit),
        title=local(found.rule, "title"),
    )


def _licence(found: Found) -> str:
    return {PASS: _("有资质"), FLAG: _("无资质"), UNKNOWN: _("资质情况未知，需补充资料")}[found.verdict]


# --- measures of place ------------------------------------------------------------------------------------------------


@measure(
    "inside_ring",
    words=_where,
    subjects=RINGS,
    allowed=lambda layers: [str(ring) for ring in rings.ring_numbers(layers.rings)],
)
def inside_ring(ask: Question) -> Measured:
    """Flags a plant inside a ring road, or within the rule's metres outside it."""
    ring, index = int(ask.rule.subject), ask.plants.index
    distance = distances.signed_distance(ask.plants.geometry, rings.ring_area(ask.layers.rings, ring))
    margin = distance - ask.threshold
    accuracy = rings.line_accuracy(ask.plants.geometry, ask.layers.rings, ring)
    return Measured(
        verdict=pd.Series(np.where(margin <= 0, FLAG, PASS), index=index).mask(distance.isna(), UNKNOWN),
        value=distance,
        distance_m=distance,
        accuracy_m=accuracy,
        doubtful=too_near_to_tell(margin, accuracy, ask.plants),
        subject_id=pd.Series(_ring_id(ring), index=index),
    )


@measure(
    "inside_ban_zone",
    words=_where,
    subjects=ZONES,
    allowed=lambda layers: sorted(set(layers.ban_zones["kind"])),
    several=True,
)
def inside_ban_zone(ask: Question) -> Measured:
    """Flags a plant inside a zone of the kinds named, or within the rule's metres of one."""
    zones = ask.layers.ban_zones
    return _nearest_area(ask, zones[zones["kind"].isin(ask.rule.subjects)], approximate_is_doubtful=False)


def _area_kinds(layers: Layers) -> list[str]:
    return [EVERY_KIND, *area_kinds()]


def sensitive_areas(rule: Rule, layers: Layers) -> gpd.GeoDataFrame:
    """The sensitive areas that a rule speaks of: of the kinds it names, or all."""
    areas = layers.sensitive_areas
    return areas if EVERY_KIND in rule.subjects else areas[areas["kind"].isin(rule.subjects)]


@measure("near_sensitive_area", words=_where, subjects=AREAS, allowed=_area_kinds, several=True)
def near_sensitive_area(ask: Question) -> Measured:
    """Flags a plant in a sensitive area or within the rule's metres of one; never surely where its extent is vague."""
    return _nearest_area(ask, sensitive_areas(ask.rule, ask.layers), approximate_is_doubtful=True)


def _nearest_area(ask: Question, areas: gpd.GeoDataFrame, *, approximate_is_doubtful: bool) -> Measured:
    """Judge the plants against the area that decides.

    That is the nearest area that gives a certain flag, else the nearest that gives a doubtful flag, else the nearest
    that leaves a doubt, else the nearest at all: a large vague area must not hide a small exact one.
    """
    plants, index = ask.plants, ask.plants.index
    nothing = pd.Series(np.nan, index=index)
    if areas.empty:
        unknown = pd.Series(UNKNOWN, index=index)
        return Measured(unknown, nothing, nothing, nothing, nothing.notna(), pd.Series(pd.NA, index=index))
    distance = distances.distance_matrix(plants.geometry, areas.geometry)
    margin = distance - ask.threshold
    accuracy = areas["accuracy_m"].to_numpy(float)
    slack = plants["location_error_m"].astype(float).fillna(np.inf).to_numpy()[:, None] + accuracy[None, :]
    flagged = margin <= 0
    doubtful = np.abs(margin) <= slack
    if approximate_is_doubtful:
        doubtful |= flagged & areas["approximate"].to_numpy(bool)[None, :]
    rank = np.select([flagged & ~doubtful, flagged, doubtful], [0, 1, 2], default=3)
    with np.errstate(invalid="ignore"):
        order = np.where(np.isnan(margin), np.inf, margin)
    best = np.array(
        [np.lexsort((row_order, row_rank))[0] for row_rank, row_order in zip(rank, order, strict=True)], dtype=int
    )
    pick = (np.arange(len(plants)), best)
    located = ~np.isnan(distance[pick])
    return Measured(
        verdict=pd.Series(np.where(flagged[pick], FLAG, PASS), index=index).where(located, UNKNOWN),
        value=pd.Series(distance[pick], index=index),
        distance_m=pd.Series(distance[pick], index=index),
        accuracy_m=pd.Series(accuracy[best], index=index).where(located),
        doubtful=pd.Series(doubtful[pick], index=index),
        subject_id=pd.Series(areas["id"].to_numpy()[best], index=index).where(located),
    )


@measure("in_sector", words=_which_sector, subjects=SECTORS, allowed=lambda layers: city_sectors.SECTORS, several=True)
def in_sector(ask: Question) -> Measured:
    """Passes a plant in one of the sectors named."""
    points, layers = ask.plants.geometry, ask.layers
    sectors = city_sectors.sector_areas(layers.rings, ask.book)
    # Opened and closed by a metre, so that no slit of rounding is left where the sectors meet.
    allowed = sectors[list(ask.rule.subjects)].union_all()
    allowed = allowed.buffer(1, join_style="mitre").buffer(-1, join_style="mitre")
    distance = distances.signed_distance(points, allowed)
    # The Sixth Ring bounds the periphery, so its accuracy is the sectors' too.
    accuracy = rings.line_accuracy(points, layers.rings, int(ask.book.figure("periphery_beyond_ring")))
    verdict = pd.Series(np.where(distance <= 0, PASS, FLAG), index=points.index).mask(distance.isna(), UNKNOWN)
    sector = city_sectors.sector_of(points, sectors)
    return Measured(verdict, sector, distance, accuracy, too_near_to_tell(distance, accuracy, ask.plants), sector)


# --- measures of attributes -------------------------------------------------------------------------------------------


@measure("at_least", words=_how_much, allowed=lambda layers: [c.code for c in COLUMNS if c.numeric])
def at_least(ask: Question) -> Measured:
    """Flags a plant whose figure, in a column of the register, is below the rule's value."""
    value = ask.plants.get(ask.rule.subject, pd.Series(np.nan, index=ask.plants.index)).astype(float)
    verdict = pd.Series(np.where(value >= ask.threshold, PASS, FLAG), index=ask.plants.index)
    return attribute(ask.plants, value, verdict.where(value.notna(), UNKNOWN))


@measure("licensed", words=_licence, allowed=lambda layers: ["licensed"])
def licensed(ask: Question) -> Measured:
    """Flags a plant that is said to hold no licence."""
    plants = ask.plants
    if ask.rule.value != "yes":
        raise RuleError(
            _("规则“{rule}”的 value 是“{value}”，应为 yes。").format(rule=ask.rule.id, value=ask.rule.value)
        )
    stated = plants.get(ask.rule.subject, pd.Series("", index=plants.index))
    # A register that lists a station as unlicensed has said so, whether or not it fills in the column.
    value = stated.mask((stated == "") & (plants["status"] == UNLICENSED), "no")
    verdict = pd.Series(np.select([value == "yes", value == "no"], [PASS, FLAG], UNKNOWN), index=plants.index)
    return attribute(plants, value.where(verdict != UNKNOWN), verdict)
