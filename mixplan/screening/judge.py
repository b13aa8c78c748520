"""Screening: every plant against every rule in force, with the reason, the metres, and how sure that is."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.city.layers import Layers
from mixplan.plan.kinds import PROPOSED
from mixplan.plan.rules import Rule, RuleBook
from mixplan.screening.measure import Question
from mixplan.screening.measures import check_rule, measure_of
from mixplan.screening.verdicts import BORDERLINE, CERTAIN, FLAG, NOT_IN_FORCE, PASS, UNKNOWN

FINDING_COLUMNS = (
    "plant_id",
    "rule_id",
    "verdict",
    "value",
    "threshold",
    "unit",
    "distance_m",
    "accuracy_m",
    "certainty",
    "clause",
    "subject_id",
)


def applies(rule: Rule, plants: gpd.GeoDataFrame) -> "pd.Series[bool]":
    """Which plants a rule speaks of: by kind, and by whether they stand or are proposed."""
    phase = pd.Series(np.where(plants["status"] == PROPOSED, "proposed", "standing"), index=plants.index)
    return pd.Series(plants["kind"].isin(rule.applies_to) & phase.isin(rule.statuses), index=plants.index)


def screen(plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook, *, on: date) -> pd.DataFrame:
    """Apply every rule in force on a day to every plant it speaks of.

    Parameters
    ----------
    plants : GeoDataFrame
        Register (`registers.plants.Register.plants`), index plant id, metric CRS.
    layers : Layers
        Map layers in the metric CRS.
    book : RuleBook
        Rules; move a threshold with `RuleBook.with_values`.
    on : date
        Day for which the rules are asked.

    Returns
    -------
    DataFrame
        One row a plant and rule, in the order of the plants and then of the rules: ``plant_id``, ``rule_id``,
        ``verdict`` (pass, flag, unknown), ``value`` (measured: metres, or the attribute), ``threshold``, ``unit``,
        ``distance_m`` (metres to the deciding line, negative inside), ``accuracy_m`` (of that line), ``certainty``
        (certain, borderline; missing where the verdict is unknown), ``clause``, ``subject_id`` (ring, zone or area).

    Raises
    ------
    RuleError
        Where a rule names a measure or a subject that does not exist.
    """
    book = book.as_of(on)
    parts = []
    for order, rule in enumerate(book.in_force(on)):
        check_rule(rule, layers)
        some = plants[applies(rule, plants)]
        if some.empty:
            continue
        measured = measure_of(rule).judge(Question(rule, some, layers, book))
        certainty = pd.Series(np.where(measured.doubtful, BORDERLINE, CERTAIN), index=some.index)
        parts.append(
            pd.DataFrame(
                {
                    "plant_id": some.index,
                    "rule_id": rule.id,
                    "verdict": measured.verdict,
                    "value": measured.value.astype(object),
                    "threshold": rule.value,
                    "unit": rule.unit,
                    "distance_m": measured.distance_m,
                    "accuracy_m": measured.accuracy_m,
                    "certainty": certainty.where(measured.verdict != UNKNOWN).astype(object),
                    "clause": rule.clause,
                    "subject_id": measured.subject_id.astype(object),
                    "_plant_order": np.flatnonzero(plants.index.isin(some.index)),
                    "_rule_order": order,
                }
            ).astype({"threshold": object})
        )
    if not parts:
        return pd.DataFrame({column: pd.Series(dtype=object) for column in FINDING_COLUMNS})
    findings = pd.concat(parts, ignore_index=True).sort_values(["_plant_order", "_rule_order"], ignore_index=True)
    return findings[list(FINDING_COLUMNS)]


def binding(findings: pd.DataFrame, book: RuleBook) -> pd.DataFrame:
    """The findings that count: those of rules that bind a plant, not of those that only advise it."""
    return findings[~findings["rule_id"].isin([rule.id for rule in book.rules if rule.advisory])]


def overall(findings: pd.DataFrame, plants: gpd.GeoDataFrame, book: RuleBook) -> pd.DataFrame:
    """One verdict a plant, advisory rules left aside.

    Returns
    -------
    DataFrame
        Index of the plants; ``verdict`` (flag, unknown, pass, or not_in_force where no binding rule speaks of the plant
        on the day), ``certainty`` (missing where there is no verdict) and ``flags`` (number of rules that flag it).
    """
    counted = binding(findings, book)
    flagged = counted[counted["verdict"] == FLAG]
    any_flag = plants.index.isin(flagged["plant_id"])
    certain_flag = plants.index.isin(flagged.loc[flagged["certainty"] == CERTAIN, "plant_id"])
    any_unknown = plants.index.isin(counted.loc[counted["verdict"] == UNKNOWN, "plant_id"])
    any_doubt = plants.index.isin(counted.loc[counted["certainty"] == BORDERLINE, "plant_id"])
    judged = plants.index.isin(counted["plant_id"])
    verdict = np.select([any_flag, any_unknown, ~judged], [FLAG, UNKNOWN, NOT_IN_FORCE], PASS)
    settled = certain_flag | ((verdict == PASS) & ~any_doubt)
    unsettled = np.isin(verdict, [UNKNOWN, NOT_IN_FORCE])
    certainty = pd.Series(np.where(settled, CERTAIN, BORDERLINE), index=plants.index).mask(unsettled)
    flags = flagged.groupby("plant_id").size().reindex(plants.index, fill_value=0)
    return pd.DataFrame({"verdict": verdict, "certainty": certainty, "flags": flags.astype(int)}, index=plants.index)
