"""Find plants, companies, towns and interchanges by Chinese name or pinyin."""

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city.layers import Layers


def pinyin(text: str) -> str:
    """Full pinyin and initials of a Chinese text, for matching: ``beijing bj``."""
    from pypinyin import Style, lazy_pinyin  # here, for its dictionary takes a while and only a search needs it

    full = "".join(lazy_pinyin(text))
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    return f"{full} {initials}".lower()


def latin(name: str) -> str:
    """A Chinese name as readers of English spell it: ``Xizhimenqiao``."""
    from pypinyin import lazy_pinyin  # here, see `pinyin`

    return "".join(lazy_pinyin(name)).capitalize()


def _entries(frame: gpd.GeoDataFrame, ids: pd.Series, names: pd.Series, kind: str, prefix: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": prefix + ":" + ids.astype(str),
            "name": names.astype(str),
            "kind": kind,
            "geometry": frame.geometry,
            "plant_id": frame.index.astype(str) if prefix in ("plant", "company") else "",
        }
    )


def search_index(plants: gpd.GeoDataFrame, layers: Layers) -> pd.DataFrame:
    """Everything that can be found on the map.

    Returns
    -------
    DataFrame
        Index ``key`` (``plant:…``, ``company:…``, ``town:…``, ``interchange:…``, ``district:…``); ``label`` (name, kind
        and pinyin: what the search box matches), ``name``, ``geometry`` (metric; missing for an unlocated plant),
        ``plant_id`` (the plant to select; empty for places). A company stands for its first plant, located ones first.
    """
    named = plants[plants["company"].fillna("") != ""]
    companies = named.iloc[named.geometry.isna().argsort(kind="stable")].drop_duplicates("company")
    towns, bridges, districts = layers.towns, layers.interchanges, layers.districts
    index = pd.concat(
        [
            _entries(plants, plants.index.to_series(), plants["name"], _("厂站"), "plant"),
            _entries(companies, companies["company"], companies["company"], _("企业"), "company"),
            _entries(districts, districts["id"], _local_names(districts), _("区县"), "district"),
            _entries(towns, towns["id"], _local_names(towns), _("乡镇街道"), "town"),
            _entries(bridges, bridges["id"], bridges["name"], _("立交桥"), "interchange"),
        ],
        ignore_index=True,
    ).set_index("key")
    index["label"] = [f"{n} · {k} · {pinyin(n)}" for n, k in zip(index["name"], index["kind"], strict=True)]
    return index


def _local_names(frame: gpd.GeoDataFrame) -> pd.Series:
    records = frame[["name", "name_en"]].to_dict("records")
    return pd.Series([local(record) for record in records], index=frame.index)
