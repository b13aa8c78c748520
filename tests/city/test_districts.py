"""Which district a text means: one answer for the map, siting's supply and the caps of consolidation."""

import geopandas as gpd
import pandas as pd
import pytest
from helpers import IN_FORCE, assert_aligned, make_register

from mixplan.base.errors import DataError
from mixplan.city.district_names import (
    district_id,
    district_ids,
    district_table,
    plan_districts,
    unknown_districts,
)
from mixplan.city.districts import district_names, stated_district
from mixplan.consolidation.settings import default_settings
from mixplan.consolidation.stations import station_frame
from mixplan.coverage.supply import existing_supply, unplaced_supply
from mixplan.coverage.words import unplaced_sentence
from mixplan.registers.plants import read_register
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.screening.stations import station_table

FANGSHAN, MIYUN, YANQING, TONGZHOU = "110111", "110118", "110119", "110112"
SPELLINGS = {
    "full name": ("房山区", FANGSHAN),
    "short name": ("房山", FANGSHAN),
    "with the city": ("北京市房山区", FANGSHAN),
    "with the city, short": ("北京 房山", FANGSHAN),
    "spaces inside": ("房 山 区", FANGSHAN),
    "full-width space": ("　房山区　", FANGSHAN),
    "county until 2015": ("密云县", MIYUN),
    "present name of a former county": ("密云区", MIYUN),
    "former county, short": ("延庆", YANQING),
    "English": ("Fangshan", FANGSHAN),
    "English, lower case": ("fangshan district", FANGSHAN),
    "English county": ("Yanqing County", YANQING),
    "English with the city": ("Beijing Tongzhou", TONGZHOU),
    "code": ("110111", FANGSHAN),
    "part of another one since 2010": ("宣武区", "110102"),
    "part of another one since 2010, short": ("崇文", "110101"),
    "part of another one since 2010, English": ("Xuanwu", "110102"),
    "full-width code": ("１１０１１１", FANGSHAN),
}
NO_DISTRICT = ["", "保定市", "区", "县", "北京市", "Beijing", "房山区良乡", "山区"]


@pytest.fixture(scope="module")
def areas(layers) -> gpd.GeoDataFrame:
    return layers.districts


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_district_is_known_by_each_of_its_spellings(name, areas):
    text, expected = SPELLINGS[name]
    assert district_id(text, areas) == expected


@pytest.mark.parametrize("text", NO_DISTRICT)
def test_what_is_no_district_gives_none(text, areas):
    assert district_ids(pd.Series([text]), areas).isna().all()


def test_every_district_is_known_by_every_name_in_the_layer(areas):
    for column in ("name", "name_until_2015", "name_en"):
        for change in (str, str.upper, lambda name: name.rstrip("区县"), lambda name: f" 北京市{name}"):
            assert district_ids(areas[column].map(change), areas).tolist() == areas["id"].tolist()


def test_the_texts_keep_their_index_and_missing_ones_stay_missing(areas):
    texts = pd.Series(["房山", None], index=["a", "b"])
    found = district_ids(texts, areas)
    assert_aligned(found, texts, "district_id")
    assert found.isna().tolist() == [False, True]


def test_an_unknown_district_is_refused_with_those_there_are():
    with pytest.raises(DataError, match=r"^没有名为“房县”的区；现有：东城区、西城区、.*延庆区。$"):
        district_id("房县", district_table())


def test_the_names_of_the_plan_period_are_those_of_the_layer_before_2015(areas, book):
    assert list(plan_districts()) == district_names(areas, book.document_date, book).sort_index().tolist()
    assert plan_districts()["密云县"] == "Miyun"


def test_the_table_without_outlines_names_the_districts_of_the_layer(areas):
    columns = list(district_table().columns)
    pd.testing.assert_frame_equal(district_table(), pd.DataFrame(areas[columns]).astype(str), check_dtype=False)


def test_what_the_register_states_comes_before_where_the_plant_lies(areas):
    in_chaoyang = {"lon": 116.48, "lat": 39.95, "location_error_m": 100}
    plants = make_register(
        {"id": "stated", "district": "海淀", **in_chaoyang},
        {"id": "silent", **in_chaoyang},
        {"id": "misspelt", "district": "朝 陽", **in_chaoyang},
        {"id": "nowhere", "location_precision": "unlocated"},
    )
    names = areas.set_index("id")["name"]
    found = stated_district(plants, areas).map(names)
    assert found.fillna("—").to_dict() == {"stated": "海淀区", "silent": "朝阳区", "misspelt": "朝阳区", "nowhere": "—"}


@pytest.mark.parametrize("text", ["房山区", "房山", "北京市房山区", "Fangshan"])
def test_map_supply_and_caps_agree_on_a_plant_known_by_its_district_only(text, layers, book):
    """A mortar plant in 房山 was on the map's count, but lost from siting's supply and from a district cap."""
    known = {"district": text, "location_precision": "district_only", "status": "inventory_2010"}
    plants = make_register(
        {"id": "m", "kind": "mortar", "capacity": 40, **known}, {"id": "c", "kind": "concrete", "capacity": 60, **known}
    )
    findings = screen(plants, layers, book, on=IN_FORCE)
    findings["reason"] = explain(findings, plants, layers, book)
    table = station_table(plants, overall(findings, plants, book), findings, layers, book, on=IN_FORCE)
    assert table["district_id"].tolist() == [FANGSHAN, FANGSHAN]
    supply = existing_supply(plants, layers)
    assert supply["capacity"].to_dict() == {"m": 40}
    fangshan = layers.districts.set_index("id").geometry[FANGSHAN]
    assert fangshan.contains(supply.geometry["m"]) and supply["assumed_place"]["m"]
    stations = station_frame(plants, findings, layers, book, default_settings(book))
    assert stations["district_id"].to_dict() == {"c": FANGSHAN}


def test_supply_that_can_be_placed_nowhere_is_said_with_its_capacity(layers):
    plants = make_register(
        {"id": "lost", "kind": "mortar", "capacity": 40, "district": "房县", "location_precision": "district_only"},
        {"id": "there", "kind": "mortar", "capacity": 30, "district": "房山", "location_precision": "district_only"},
        {"id": "unknown", "kind": "mortar", "district": "房县", "location_precision": "district_only"},
    )
    left = unplaced_supply(plants, layers)
    assert left.index.tolist() == ["lost"]
    assert "40.0 万t/年" in unplaced_sentence(left) and "lost" in unplaced_sentence(left)


def test_a_district_that_nobody_knows_is_said_when_the_register_is_read():
    rows = [
        "id,name,kind,status,district",
        "a,甲,mortar,inventory_2010,房县",
        "b,乙,mortar,inventory_2010,房山",
        "c,丙,cement,outside,保定市",
        "d,丁,mortar,inventory_2010,房县",
        "e,戊,mortar,inventory_2010,",
    ]
    (note,) = read_register("\n".join(rows).encode(), "厂站.csv").notes[-1:]
    assert "厂站.csv" in note and "房县" in note and note.count("房县") == 1
    assert "房山" not in note and "保定市" not in note


def test_unknown_districts_are_listed_once(areas):
    assert unknown_districts(pd.Series(["房县", "房山", "", "房县", "x"]), areas) == ["房县", "x"]
