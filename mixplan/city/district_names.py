"""What districts are called: which one a text means, and the names of the plan period."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.reading import read_json
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import DATA_DIR
from mixplan.plan.city import load_city

# Columns of the district layer that hold a name of the district, or its code.
_NAMED_IN = ("id", "name", "name_until_2015", "name_en")


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
            _("没有名为“{name}”的区；现有：{known}。").format(name=name, known=_("、").join(districts["name"]))
        )
    return str(found)


@cache
def district_table(path: Path = DATA_DIR / "geo" / "districts.geojson") -> pd.DataFrame:
    """The districts without their outlines: columns ``id``, ``name``, ``name_until_2015`` and ``name_en``."""
    rows = [feature["properties"] for feature in read_json(path)["features"]]
    return pd.DataFrame(rows)[list(_NAMED_IN)].astype(str)


def plan_districts() -> dict[str, str]:
    """English names of the districts and counties by their Chinese names in the plan's years, in the usual order."""
    table = district_table()
    return dict(zip(table["name_until_2015"], table["name_en"], strict=True))
