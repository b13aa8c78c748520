"""Records that are checked against what describes them, and the hash of plain values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.dataclasses import dataclass

from mixplan.base.errors import DataError
from mixplan.base.files.jsontext import digest
from mixplan.base.records import CLOSED, checked, written


@dataclass(frozen=True, config=CLOSED)
class Thing:
    """A record with a field of each sort."""

    amount: float
    count: int
    on: bool
    pair: tuple[str, int]
    none: float | None = None


GOOD = {"amount": 1.5, "count": 2, "on": True, "pair": ["a", 1], "none": None}


def read(raw: object, *, exact: bool = True) -> Thing:
    return checked(Thing, raw, file="件", tables={}, exact=exact)


def test_what_is_written_is_read_back() -> None:
    thing = Thing(1.5, 2, True, ("a", 1))
    assert written(thing) == GOOD
    assert read(GOOD) == thing


def test_a_whole_number_will_do_where_any_number_will() -> None:
    assert read({**GOOD, "amount": 3}).amount == 3.0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("amount", "1.5"),
        ("amount", True),
        ("count", "2"),
        ("count", 2.5),
        ("on", 1),
        ("on", "true"),
        ("pair", ["a", "1"]),
    ],
)
def test_an_exact_record_takes_no_value_of_another_type(key: str, value: Any) -> None:
    with pytest.raises(DataError, match=f"件 中 {key}|件 中{key}"):
        read({**GOOD, key: value})


def test_a_whole_number_beyond_what_a_computer_counts_is_refused() -> None:
    with pytest.raises(DataError, match="件 中有大到不能用的整数"):
        read({**GOOD, "pair": ["a", 10**30]})
    assert read({**GOOD, "pair": ["a", 2**53]}).pair == ("a", 2**53)


def test_a_file_that_somebody_wrote_is_taken_more_leniently() -> None:
    assert read({**GOOD, "amount": "1.5"}, exact=False).amount == 1.5


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(value=st.dictionaries(st.text(max_size=3), PLAIN, max_size=4))
def test_the_order_of_keys_does_not_change_a_hash(value: dict[str, Any]) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))


@given(one=PLAIN, other=PLAIN)
def test_different_values_have_different_hashes(one: Any, other: Any) -> None:
    def told(value: Any) -> str:
        """A value as Python writes it, numbers as floats, so that 30 is 30.0 and True is not 1."""
        if isinstance(value, dict):
            return "{" + ",".join(sorted(f"{key!r}:{told(item)}" for key, item in value.items())) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(told, value)) + "]"
        return repr(value) if isinstance(value, bool | str | None) else repr(float(value) + 0.0)

    assert (digest(one) == digest(other)) == (told(one) == told(other))


def test_thirty_is_thirty_with_and_without_a_point() -> None:
    assert digest({"a": 30}) == digest({"a": 30.0}) != digest({"a": "30"})
