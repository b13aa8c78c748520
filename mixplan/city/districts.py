"""Districts: which one a point lies in, which one a text means, and their names as of a day."""

import re
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from mixplan.base.errors import DataError
from mixplan.base.files.reading import read_json
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.paths import DATA_DIR
from mixplan.plan.city import load_city
from mixplan.plan.rules import RuleBook

# Columns of the district layer that hold a name of the district, or its code.
_NAMED_IN = ("id", "name", "name_until_2015", "name_en")


def district_of(points: gpd.GeoSeries, districts: gpd.GeoDataFrame) -> pd.Series:
    """Id of the district that each point lies in, ``<NA>`` outside Beijing; on a common border the first by id."""
    found = pd.Series(pd.NA, index=points.index, dtype="object", name="district_id")
    geometry = points.to_numpy()
    for row in districts.sort_values("id", ascending=False).itertuples():
        shapely.prepare(row.geometry)
        found[shapely.intersects(row.geometry, geometry)] = row.id
    return found


def _plain_name(text: object) -> str:
    """A district's name without what writers add: 北京市房山区 and 房 山 → 房山, Fangshan County → fangshan."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(text))).casefold()
    plain = re.sub(r"^(?:北京市?|beijing,?)(?=.)", "", plain)
    return re.sub(r"(?<=.)(?:[区县]|district|county)$", "", plain)


def district_ids(text: pd.Series, districts: pd.DataFrame) -> pd.Series:
    """Id of the district that each text means, ``<NA>`` where it means none.

    A district is known by its code, its present and former Chinese names with or without 区 or 县, and its English
    name; white space, full-width forms, case and a 北京市 before it do not matter.

    Parameters
    ----------
    text : Series
        Names as registers and planners write them.
    districts : DataFrame
        The district layer, or `district_table`.
    """
    known = [(name, former.now) for former in load_city().former_district for name in (former.name, former.name_en)]
    for column in reversed(_NAMED_IN):
        known += zip(districts[column], districts["id"], strict=True)
    by_name = {_plain_name(name): key for name, key in known}
    ids = [pd.NA if pd.isna(name) else by_name.get(_plain_name(name), pd.NA) for name in text]
    return pd.Series(ids, index=text.index, dtype="object", name="district_id")


def unknown_districts(text: pd.Series, districts: pd.DataFrame) -> list[str]:
    """Texts that are meant to name a district and name none, each once, in the order of the table."""
    written = text[text.fillna("").astype(str).str.strip() != ""]
    return list(dict.fromkeys(written[district_ids(written, districts).isna()].astype(str)))


def district_id(name: str, districts: pd.DataFrame) -> str:
    """Id of the district that a text means, see `district_ids`.

    Raises
    ------
    DataError
        Where it means none: names the districts there are.
    """
    found = district_ids(pd.Series([name], dtype=object), districts).iloc[0]
    if pd.isna(found):
        raise DataError(
            _("没有名为“{name}”的区；现有：{known}。").format(name=name, known="、".join(districts["name"]))
        )
    return str(found)


def stated_district(plants: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> pd.Series:
    """Id of each plant's district: the one that the register states, or else the one that the plant lies in."""
    stated = district_ids(plants["district"], districts)
    return stated.where(stated.notna(), district_of(plants.geometry, districts))


@cache
def district_table(path: Path = DATA_DIR / "geo" / "districts.geojson") -> pd.DataFrame:
    """The districts without their outlines: columns ``id``, ``name``, ``name_until_2015`` and ``name_en``."""
    rows = [feature["properties"] for feature in read_json(path)["features"]]
    return pd.DataFrame(rows)[list(_NAMED_IN)].astype(str)


def district_names(districts: gpd.GeoDataFrame, on: date, book: RuleBook) -> pd.Series:
    """Chinese names of the districts as they were on a day (密云 and 延庆 were counties), by id."""
    column = "name_until_2015" if on < book.counties_until else "name"
    names: pd.Series = districts.set_index("id")[column]
    return names.rename("district")


def district_labels(districts: gpd.GeoDataFrame, on: date, book: RuleBook) -> dict[str, str]:
    """Names of the districts as of a day in the language in force, by id."""
    chinese, english = district_names(districts, on, book), districts.set_index("id")["name_en"]
    return {str(key): local({"name": chinese[key], "name_en": english[key]}) for key in chinese.index}
