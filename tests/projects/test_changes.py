"""Changes as single items: what one has made another can take back, and two that touch different things both stand."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mixplan.projects.changes import Item, applied, clashes, difference, inverse

VALUES = st.one_of(
    st.integers(-3, 3), st.text("甲乙.", max_size=2), st.booleans(), st.lists(st.integers(0, 2), max_size=2)
)
RECORDS: Any = st.recursive(
    st.dictionaries(st.text("abc.", min_size=1, max_size=2), VALUES, max_size=4),
    lambda inner: st.dictionaries(st.text("abc.", min_size=1, max_size=2), VALUES | inner, max_size=4),
    max_leaves=8,
).map(lambda record: _bare(record))


def _bare(record: dict[str, Any]) -> dict[str, Any]:
    """A record as one is written: nothing empty in it."""
    bare = {key: _bare(value) if isinstance(value, dict) else value for key, value in record.items()}
    return {key: value for key, value in bare.items() if value != {}}


@given(RECORDS, RECORDS)
def test_a_difference_makes_the_one_record_of_the_other_and_back(before: dict[str, Any], after: dict[str, Any]) -> None:
    items = difference(before, after)
    assert applied(before, items) == after
    assert applied(after, inverse(items)) == before
    assert clashes(before, items) == []
    assert (items == []) == (before == after)


@given(RECORDS, RECORDS)
def test_nothing_that_is_given_is_changed(before: dict[str, Any], after: dict[str, Any]) -> None:
    kept = repr(before)
    applied(before, difference(before, after))
    assert repr(before) == kept


def test_items_are_the_smallest_things_that_differ() -> None:
    before = {"siting": {"radius_km": 30, "plan": {"a": 1}}}
    after = {"siting": {"radius_km": 25, "plan": {"a": 1, "b": 2}}}
    assert difference(before, after) == [
        Item(("siting", "plan", "b"), None, 2),
        Item(("siting", "radius_km"), 30, 25),
    ]


def test_a_result_goes_as_one() -> None:
    old, new = {"content": "1", "release": "a"}, {"content": "2", "release": "a"}
    assert difference({"solved": old}, {"solved": new}) == [Item(("solved",), old, new)]
    assert difference({}, {"solved": new}) == [Item(("solved",), None, new)]


def test_what_somebody_else_has_set_is_in_the_way() -> None:
    mine = [Item(("a",), 1, 2), Item(("b",), None, 5)]
    assert clashes({"a": 1}, mine) == []
    assert clashes({"a": 3}, mine) == [mine[0]]
    assert clashes({"a": 1, "b": 4}, mine) == [mine[1]]
    assert clashes({"a": 1, "b": 5}, mine) == [], "both wanted the same"
