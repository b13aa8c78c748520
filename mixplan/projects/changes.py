"""A change of a project as single items: what stood where before, and what stands there after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

_WHOLE = "content"


@dataclass(frozen=True)
class Item:
    """One thing that a change has made different.

    Attributes
    ----------
    path : tuple of str
        Names and ids that lead to it.
    before, after : JSON
        What stood there and what stands there; None for nothing. An object is never an item, its parts are; but for
        files and results, which go as one.
    """

    path: tuple[str, ...]
    before: Any
    after: Any


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Item]:
    """What differs between two records, in the order of its paths."""
    return list(_differences((), before, after))


def _differences(path: tuple[str, ...], before: Any, after: Any) -> Iterable[Item]:
    if before == after:
        return
    if _has_parts(before) and _has_parts(after):
        old, new = before or {}, after or {}
        for key in sorted({*old, *new}):
            yield from _differences((*path, key), old.get(key), new.get(key))
    else:
        yield Item(path, before, after)


def _has_parts(value: Any) -> bool:
    """Whether something is made of items, or is nothing; a file or result goes as one, by its content."""
    return value is None or (isinstance(value, Mapping) and _WHOLE not in value)


def applied(record: Mapping[str, Any], items: Iterable[Item]) -> Record:
    """A record with a change made to it; what is empty then is left out, as a record never writes it."""
    changed = _copy(record)
    for item in items:
        inner = changed
        *way, last = item.path
        for key in way:
            found = inner.get(key)
            if not isinstance(found, dict):
                found = inner[key] = {}
            inner = found
        if item.after is None:
            inner.pop(last, None)
        else:
            inner[last] = item.after
    return _without_empty(changed)


def inverse(items: Iterable[Item]) -> list[Item]:
    """The change that takes a change back."""
    return [Item(item.path, item.after, item.before) for item in reversed(list(items))]


def clashes(record: Mapping[str, Any], items: Iterable[Item]) -> list[Item]:
    """Items that would overwrite what somebody else has set since: neither what they start from nor what they want."""
    return [item for item in items if value_at(record, item.path) not in (item.before, item.after)]


def value_at(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What stands at a path in a record; None where nothing does."""
    found: Any = record
    for key in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _copy(thing: Any) -> Any:
    return {key: _copy(value) for key, value in thing.items()} if isinstance(thing, dict) else thing


def _without_empty(record: Record) -> Record:
    kept = {}
    for key, value in record.items():
        value = _without_empty(value) if isinstance(value, dict) else value
        if value != {}:
            kept[key] = value
    return kept
