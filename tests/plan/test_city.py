"""Facts about the city: read strictly, and in agreement with the layers and the story."""

from itertools import pairwise

import pytest

from mixplan.base.errors import DataError
from mixplan.base.i18n import set_language
from mixplan.base.paths import DATA_DIR
from mixplan.city.rings import OUTSIDE_RINGS, ring_label, ring_number, ring_numbers, ring_places, within_ring
from mixplan.handouts.story import STEPS
from mixplan.plan.city import load_city

TEXT = (DATA_DIR / "city.toml").read_text(encoding="utf-8")


def test_every_ring_of_the_layer_has_a_place_and_so_has_outside(layers):
    assert ring_places() == [*ring_numbers(layers.rings), OUTSIDE_RINGS]
    assert ring_numbers(layers.rings)[-1] == load_city().outer_ring


@pytest.mark.parametrize(
    ("ring", "chinese", "english"),
    [(2, "二环内", "Inside 2nd Ring"), (5, "四至五环", "4th–5th Ring"), (0, "六环外", "Outside 6th Ring")],
)
def test_a_place_among_the_rings_in_words(ring, chinese, english):
    assert ring_label(ring) == chinese
    set_language("en")
    assert ring_label(ring) == english


def test_inside_a_ring_is_inside_every_larger_one_and_an_unlocated_plant_in_none(plants, layers):
    ring = ring_number(plants.geometry, layers.rings)
    inside = [within_ring(ring, number) for number in ring_numbers(layers.rings)]
    for small, large in pairwise(inside):
        assert not (small & ~large).any()
    assert not inside[-1][plants.geometry.isna()].any()
    assert (ring[plants.geometry.notna() & ~inside[-1]] == OUTSIDE_RINGS).all()


def test_the_first_view_holds_the_city_and_the_region_holds_the_first_view(layers):
    west, south, east, north = layers.districts.to_crs("EPSG:4326").total_bounds
    view, region = load_city().first_view, load_city().region
    assert view[0] <= west and view[1] <= south and east <= view[2] and north <= view[3]
    assert region[0] <= view[0] and region[1] <= view[1] and view[2] <= region[2] and view[3] <= region[3]


def test_a_former_district_is_part_of_one_there_is(layers):
    assert {former.now for former in load_city().former_district} <= set(layers.districts["id"])


FAULTS = {
    "a key is unknown": ("centre_ring = 5", "centre_ring = 5\ncolour = 1", r"city\.toml 中 ?colour 不是可用的字段"),
    "a key is missing": ("outer_ring = 6\n", "", r"city\.toml 中 ?outer_ring 没有填写"),
    "no such ring": ("centre_ring = 5", "centre_ring = 7", r"centre_ring 是 7，应为 \[\[ring\]\] 中的一个环路"),
    "the centre is no ring": ("centre_ring = 5", "centre_ring = 0", r"centre_ring 是 0"),
    "west beyond east": ("first_view = [115.41", "first_view = [118.41", r"范围 \[118\.41, .*\] 不可用"),
    "a row's key is missing": ('place = "二至三环"\n', "", r"city\.toml 中环路“2”的 place 没有填写"),
    "a number in words": ("small_district_km2 = 120", 'small_district_km2 = "small"', r"是“small”，应为 ?数"),
    "a ring twice": ("number = 3", "number = 2", r"\[\[ring\]\] 的 number 是 2、2、4、5、6、0；应各不相同"),
    "no place outside the rings": ("number = 0", "number = 7", r"并有 0（全部环路以外）"),
    "three sides of a box": ("113.0, 38.0, 120.0, 42.5", "113.0, 38.0, 120.0", r"region 是“\[.*\]”，项数不对"),
    "five sides of a box": ("113.0, 38.0, 120.0, 42.5", "1, 2, 3, 4, 5", r"region 是“\[.*\]”，项数不对"),
    "a view too near": ("zoom = 8.75", "zoom = 18", r"city\.toml 中视图“zones”的 zoom 是“18”，应不大于 17。"),
    "no TOML": ("[[ring]]", "[[ring", r"city\.toml 不是可读的 TOML"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_file_is_named(name, tmp_path):
    old, new, sentence = FAULTS[name]
    assert old in TEXT
    path = tmp_path / "city.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        load_city(path)


def test_every_step_of_the_briefing_has_a_view():
    assert [view.id for view in load_city().view] == [step for step in STEPS if step != "targets"]  # has no map
