"""Suitability of every candidate under the planner's weights."""

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city import sectors as city_sectors
from mixplan.city.networks import Network
from mixplan.plan.words import labelled
from mixplan.siting import suitability
from mixplan.siting.case import SitingCase
from mixplan.siting.words import criterion_label
from mixplan.ui import work
from mixplan.ui.controls import parameter_slider
from mixplan.ui.network import roads
from mixplan.ui.shared import district_names, rules


def weights() -> None:
    """Sliders for the weights of the suitability view."""
    st.caption(_("各项按候选点之间的名次打分，再按权重平均。这只是逐点的视图，不考虑点与点的配合，不是最优方案。"))
    for box, name in zip(st.columns(4), suitability.CRITERIA, strict=True):
        parameter_slider(
            f"siting_weight_{name}",
            ("siting", "weights", name),
            criterion_label(name),
            place=box,
            step=10,
            disabled=name == "roads" and roads().network is None,
        )


def weights_in_force() -> dict[str, float]:
    """The project's weights, else the rule file's."""
    own = work.project().siting.weights
    return {name: float(own.get(name, value)) for name, value in suitability.default_weights(rules()).items()}


@st.cache_data(show_spinner=False, max_entries=8)
def _road_m(key: str, version: str, _case: SitingCase, _network: Network) -> pd.Series:
    return suitability.road_distance(_case, _network)


@st.cache_data(show_spinner=False, max_entries=32)
def _scores(key: str, wanted: tuple[tuple[str, float], ...], version: str, _case: SitingCase) -> pd.DataFrame:
    network = roads().network
    road_m = None if network is None else _road_m(key, version, _case, network)
    return suitability.suitability(_case, dict(wanted), road_m=road_m)


def scores(case: SitingCase) -> pd.DataFrame:
    """Suitability of every candidate under the weights in force."""
    return _scores(case.input_hash, tuple(weights_in_force().items()), roads().version, case)


def suitability_tab(case: SitingCase, found: pd.DataFrame) -> None:
    """Sliders of the suitability view and its best candidates."""
    weights()
    best = found.sort_values("score", ascending=False).head(15)
    places = case.candidates.loc[best.index]
    columns = {criterion_label(name): (best[name] * 100).round(0) for name in suitability.CRITERIA if name in best}
    st.dataframe(
        pd.DataFrame(
            {
                _("编号"): best.index,
                _("方位"): labelled(places["sector"], city_sectors.sector_label),
                _("区县"): places["district_id"].map(district_names()).fillna("—"),
                _("适宜性（%）"): (best["score"] * 100).round(1),
                **columns,
            }
        ),
        hide_index=True,
        width="stretch",
        height=300,
    )
