"""Data and results that the pages share, computed once a server or session."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan import __version__
from mixplan.base.i18n import get_language
from mixplan.city.districts import district_labels
from mixplan.city.layers import Layers, load_layers
from mixplan.city.search import search_index
from mixplan.plan.datapackage import data_version
from mixplan.plan.rules import RuleBook, load_rules
from mixplan.projects.own_register import Get, register_from, register_read_otherwise
from mixplan.projects.project import FileUse
from mixplan.registers.plants import Register, load_plants
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.screening.stations import station_table
from mixplan.ui import work


def layers() -> Layers:
    """Map layers."""
    return load_layers()


def rules() -> RuleBook:
    """The shipped rules."""
    return load_rules()


def margin_m() -> float:
    """Margin round sensitive areas that the project at hand has set, else the rule file's."""
    return rules().margin_within(work.project().margin_m)


def rules_in_force() -> RuleBook:
    """The rules with the margin that the project has set."""
    return rules().with_margin(margin_m())


@st.cache_resource(show_spinner=False, max_entries=8)
def _register(use: FileUse, language: str, _get: Get) -> Register:
    return register_from(use, _get)


@st.cache_data(show_spinner=False, max_entries=8)
def _read_otherwise(use: FileUse, release: str, language: str, _get: Get) -> str:
    return register_read_otherwise(use, _get)


def read_otherwise() -> str:
    """How this release reads the planner's own register otherwise than it is used, in a sentence; mostly empty."""
    use = work.project().register
    return "" if use is None else _read_otherwise(use, __version__, get_language(), work.content_under)


def own_register() -> Register | None:
    """The planner's own register with what came of reading it; none where the shipped one is in use."""
    return own_register_of(work.project().register, work.content_under)


def own_register_of(use: FileUse | None, get: Get) -> Register | None:
    """The same for some project; see `register_of`."""
    return None if use is None else _register(use, get_language(), get)


def register() -> tuple[gpd.GeoDataFrame, str]:
    """Plants in use, the planner's own register where the project has one, and the version of it that caches go by."""
    return register_of(work.project().register, work.content_under)


def register_of(use: FileUse | None, get: Get) -> tuple[gpd.GeoDataFrame, str]:
    """Plants of a register that some project uses, and the version of it.

    Parameters
    ----------
    get : callable
        What that project has under a hash.
    """
    own = own_register_of(use, get)
    return (load_plants(), data_version()) if own is None else (own.plants, own.version)


# What a register, a margin and a day give is the same for every session, so one result serves all. Each gets a view
# of its own of the frames: a column that a page puts on it stays the page's.


@st.cache_resource(show_spinner=True, max_entries=32)
def _screened(version: str, margin_m: float, on: date, _plants: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    book = rules().with_margin(margin_m)
    findings = screen(_plants, layers(), book, on=on)
    return findings, overall(findings, _plants, book)


@st.cache_resource(show_spinner=False, max_entries=32)
def _explained(version: str, margin_m: float, on: date, language: str, _plants: gpd.GeoDataFrame) -> pd.DataFrame:
    findings, _judged = _screened(version, margin_m, on, _plants)
    book = rules().with_margin(margin_m)
    return findings.assign(reason=explain(findings, _plants, layers(), book))


@st.cache_resource(show_spinner=False, max_entries=32)
def _station_table(version: str, margin_m: float, on: date, language: str, _plants: gpd.GeoDataFrame) -> pd.DataFrame:
    findings = _explained(version, margin_m, on, language, _plants)
    judged = _screened(version, margin_m, on, _plants)[1]
    return station_table(_plants, judged, findings, layers(), rules(), on=on)


def screened(
    margin_m: float, on: date, *, of: tuple[gpd.GeoDataFrame, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Findings with their reasons, and one verdict a plant, for the register in use.

    Parameters
    ----------
    margin_m : float
        Distance from a sensitive area within which a plant is flagged.
    on : date
        Day for which the rules are asked.
    of : (GeoDataFrame, str), optional
        Another register with its version.
    """
    plants, version = of or register()
    findings = _explained(version, margin_m, on, get_language(), plants)
    return findings.copy(deep=False), _screened(version, margin_m, on, plants)[1].copy(deep=False)


def judged(plants: gpd.GeoDataFrame, version: str, margin_m: float, on: date) -> pd.DataFrame:
    """One verdict a plant, for a register of some project; see `screened`."""
    return _screened(version, margin_m, on, plants)[1].copy(deep=False)


def stations(margin_m: float, on: date) -> pd.DataFrame:
    """The station table of the register in use; see `screened`."""
    plants, version = register()
    return _station_table(version, margin_m, on, get_language(), plants).copy(deep=False)


@st.cache_resource(show_spinner=False, max_entries=16)
def _search_index(
    version: str, language: str, _plants: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, MappingProxyType[str, str]]:
    index = search_index(_plants, layers())
    return index, MappingProxyType({str(key): str(label) for key, label in index["label"].items()})


def places() -> tuple[pd.DataFrame, Mapping[str, str]]:
    """Everything that the search box finds, for the register in use, and what it shows of each; read-only."""
    plants, version = register()
    return _search_index(version, get_language(), plants)


def district_names() -> Mapping[str, str]:
    """Names of the districts by id in the language in force."""
    return _district_names(get_language())


@cache
def _district_names(language: str) -> Mapping[str, str]:
    return MappingProxyType(district_labels(layers().districts, rules().period_end, rules()))
