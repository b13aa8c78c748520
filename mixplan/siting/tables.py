"""A proposal as rows and as plain JSON values."""

import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.files.jsontext import plain
from mixplan.base.i18n import gettext as _
from mixplan.city.sectors import sector_label
from mixplan.plan.words import labelled
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.words import fact_sentence, source_label


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples())


def proposal_record(proposal: SitingProposal, case: SitingCase) -> dict[str, Any]:
    """A proposal as plain JSON values: what ``mixplan site --json`` prints; nothing in it is NaN or infinite."""
    record = {
        "status": proposal.status,
        "objective": proposal.objective,
        "bound": proposal.bound,
        "gap": proposal.gap if math.isfinite(proposal.objective) else None,
        "seconds": round(proposal.seconds, 3),
        "seed": proposal.seed,
        "sites": [
            {
                "id": str(row.Index),
                "lon": round(float(row.lon), 6),
                "lat": round(float(row.lat), 6),
                "lines": int(row.lines),
                "capacity": float(row.capacity),
                "used": float(row.used),
                "sector": row.sector if isinstance(row.sector, str) else None,
            }
            for row in _rows(proposal.sites)
        ],
        "flows": [
            {
                "site": str(row.site),
                "demand": str(row.demand),
                "amount": float(row.amount),
                "kind": row.kind,
                "haul_km": round(float(row.haul_km), 6),
            }
            for row in _rows(proposal.flows)
        ],
        "unmet": float(proposal.stats.unmet),
        "unmet_by_demand": [{"demand": str(key), "amount": float(v)} for key, v in proposal.unmet.items()],
        "unmet_penalty": case.problem.unmet_penalty,
        "existing": [
            {"id": str(row.Index), "kind": row.kind, "capacity": float(row.capacity), "used": float(row.used)}
            for row in _rows(proposal.supply)
        ],
        "stats": vars(proposal.stats),
        "facts": [
            {
                "code": fact.code,
                "blocking": fact.blocking,
                "numbers": dict(fact.numbers),
                "text": fact_sentence(fact, case),
            }
            for fact in proposal.facts
        ],
        "candidates": {"allowed": len(case.candidates), "excluded": len(case.all_candidates) - len(case.candidates)},
        "reachable_share": round(proposal.reachable_share, 6),
        "network": None if case.network is None else case.network.record(),
        "network_access_m": round(case.access_m, 1),
        "cut_off": list(case.cut_off),
        "settings": vars(proposal.settings),
        "input_hash": proposal.input_hash,
        "versions": dict(proposal.versions),
    }
    return {key: plain(value) for key, value in record.items()}


def site_rows(sites: gpd.GeoDataFrame, district: Mapping[str, str]) -> pd.DataFrame:
    """The chosen sites in words, as they are shown and downloaded."""
    return pd.DataFrame(
        {
            _("序号"): sites["number"],
            _("编号"): sites.index,
            _("方位"): labelled(sites["sector"], sector_label),
            _("区县"): sites["district_id"].map(dict(district)).fillna("—"),
            _("生产线"): sites["lines"],
            _("产能（万t/年）"): sites["capacity"].round(2),
            _("供应量（万t/年）"): sites["used"].round(2),
            _("利用率（%）"): sites["utilisation_pct"].round(1),
            _("需求点数"): sites["points"],
            _("平均运距（km）"): sites["mean_haul_km"].round(1),
            _("经度"): sites["lon"].round(6),
            _("纬度"): sites["lat"].round(6),
        }
    ).reset_index(drop=True)


def flow_rows(proposal: SitingProposal, case: SitingCase) -> pd.DataFrame:
    """The deliveries in words, as they are downloaded."""
    flows = proposal.flows
    names = case.demand["name"] if "name" in case.demand else pd.Series("", index=case.demand.index)
    return pd.DataFrame(
        {
            _("供应点"): flows["site"],
            _("供应种类"): labelled(flows["kind"], source_label),
            _("需求点"): flows["demand"],
            _("需求点名称"): flows["demand"].map(names),
            _("供应量（万t/年）"): flows["amount"].round(6),
            _("运距（km）"): flows["haul_km"].round(3),
        }
    )
