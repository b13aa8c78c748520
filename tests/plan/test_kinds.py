"""The table of kinds: read strictly, and enough for a label, unit, spelling, mark and legend entry of every kind."""

import re

import pytest
from helpers import make_register

from mixplan.base.errors import DataError
from mixplan.base.i18n import set_language
from mixplan.base.paths import DATA_DIR
from mixplan.maps import legend
from mixplan.maps.paper.view import MARKER, SIZE
from mixplan.maps.style import kind_shape
from mixplan.plan import words
from mixplan.plan.kinds import PRECISIONS, STATUSES, area_kinds, kind_spellings, load_kinds, plant_kinds

KINDS = list(plant_kinds())
TEXT = (DATA_DIR / "kinds.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_two_names_a_unit_and_a_mark_of_its_own(kind):
    set_language("zh")
    chinese = words.kind_label(kind)
    set_language("en")
    assert re.search("[一-鿿]", chinese) and re.fullmatch(r"[A-Za-z -]+", words.kind_label(kind))
    assert words.unit_label(plant_kinds()[kind].unit)
    assert [kind_shape(other) for other in KINDS].count(kind_shape(kind)) == 1
    assert kind_shape(kind) in MARKER and kind_shape(kind) in SIZE


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_in_the_legends(kind):
    assert words.kind_label(kind) in legend.legend([kind], layers=())
    assert words.kind_label(kind) in legend.supply_legend(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_by_its_code_its_name_and_each_of_its_words(kind):
    row = plant_kinds()[kind]
    for word in (kind, row.name, *row.words, f" {row.name} "):
        plants = make_register({"kind": word, "capacity": 1})
        assert plants["kind"].tolist() == [kind]
        assert plants["capacity_unit"].tolist() == [row.unit]


@pytest.mark.parametrize("label", [words.status_label, words.precision_label, words.evidence_label])
def test_states_have_names_in_both_languages(label):
    codes = {words.status_label: STATUSES, words.precision_label: PRECISIONS}.get(label, ("sourced", "modelled"))
    for code in codes:
        set_language("zh")
        chinese = label(code)
        set_language("en")
        assert chinese and label(code) and chinese != label(code)


def test_every_kind_of_sensitive_area_on_the_map_has_a_name(layers):
    assert set(layers.sensitive_areas["kind"]) <= set(area_kinds())
    for kind in area_kinds():
        set_language("en")
        assert words.sensitive_kind_label(kind) == area_kinds()[kind].name_en


def test_no_word_means_two_kinds():
    assert len(kind_spellings()) == sum(len(kind.words) + 1 for kind in plant_kinds().values())


FAULTS = {
    "a key is missing": ('name_en = "Cement works"\n', "", r"kinds\.toml 中厂站类别“cement”的 name_en 没有填写"),
    "a key is unknown": ('shape = "square"', 'shape = "square"\ncolour = "red"', r"“cement”的 colour 不是可用的字段"),
    "an unknown shape": ('shape = "square"', 'shape = "blob"', r"shape 是“blob”，应为 circle、triangle、.* 之一"),
    "an unknown unit": ('unit = "wan_t"', 'unit = "t"', r"unit 是“t”，应为 wan_t、wan_m3 之一"),
    "a radius in words": ("radius = 5.5", 'radius = "big"', r"“concrete”的 radius 是“big”，应为 数"),
    "one word, two kinds": ('words = ["水泥"]', 'words = ["砂浆"]', r"kinds\.toml .*不止一个类别：砂浆"),
    "one code, two kinds": ('id = "precast"', 'id = "mortar"', r"不止一个类别：mortar"),
    "one code, two areas": ('id = "wetland"', 'id = "geopark"', r"不止一个类别：geopark"),
    "no TOML": ("[[plant_kind]]", "[[plant_kind", r"kinds\.toml 不是可读的 TOML"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_table_is_named(name, tmp_path):
    old, new, sentence = FAULTS[name]
    assert old in TEXT
    path = tmp_path / "kinds.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        load_kinds(path)
