"""A record of which one value was changed, as a file that was tampered with may hold it."""

import copy
import math
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

HOSTILE = st.sampled_from([None, True, "", "站{{", "1", math.nan, math.inf, -1.0, 0, 10**400, [], {}, [[]], 1e300])


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the plain values of a record stand."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield path
        return
    for key, item in inner:
        yield from leaves(item, (*path, key))


@st.composite
def with_one_leaf_changed(draw: st.DrawFn, record: dict[str, Any]) -> dict[str, Any]:
    """The record with one of its plain values a little different, or something else altogether."""
    other = copy.deepcopy(record)
    inner: Any = other
    path = draw(st.sampled_from(list(leaves(other))))
    for key in path[:-1]:
        inner = inner[key]
    value = inner[path[-1]]
    if isinstance(value, float) and draw(st.booleans()):
        inner[path[-1]] = value * draw(st.sampled_from([-1.0, 0.5, 0.999, 1.001, 2.0]))
    else:
        inner[path[-1]] = draw(HOSTILE)
    return other
