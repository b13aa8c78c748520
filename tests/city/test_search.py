"""Search by Chinese name or pinyin."""

import pytest

from mixplan.city.search import latin, pinyin, search_index


@pytest.fixture(scope="module")
def index(plants, layers):
    return search_index(plants, layers)


def test_pinyin_in_full_and_by_initials():
    assert pinyin("怀柔") == "huairou hr"


def test_a_chinese_name_is_spelt_for_readers_of_english():
    assert latin("西直门桥") == "Xizhimenqiao"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("西直门桥", "interchange"),
        ("beiqijia", "town"),
        ("shuinichang", "plant"),
        ("海淀区", "district"),
        ("hxhnt", "company"),
    ],
)
def test_each_kind_of_thing_is_found(index, text, kind):
    hits = index[index["label"].str.contains(text)]
    assert any(key.startswith(kind) for key in hits.index), hits.index.tolist()


def test_keys_and_labels_are_unique(index):
    assert index.index.is_unique


def test_an_unlocated_plant_is_found_but_has_no_place(index, plants):
    nowhere = plants.index[plants.geometry.isna()][0]
    assert index.loc[f"plant:{nowhere}", "geometry"] is None
