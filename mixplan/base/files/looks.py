"""Rows that look alike, and names in which something stands that nobody sees."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mixplan.base.files.columns import RowError
from mixplan.base.files.text import hidden_characters, look
from mixplan.base.i18n import N_

# By these a reader tells one row from another.
_TOLD_BY = ("id", "name")
_LONGEST = 100  # characters; one sign may be made of eighteen


def look_alikes(texts: Iterable[str], by: Callable[[str], str] = look) -> dict[int, int]:
    """Which of some texts differ from an earlier one and yet look the same: place of the later to place of the first.

    Full-width forms, spaces, hidden characters and letters of another script look the same. Texts that are the same
    letter by letter are not meant, an empty one looks like nothing, and long ones nobody tells apart by a look.

    Parameters
    ----------
    by : callable
        What looks the same: with `look` also capitals and small letters, with `printed` only what is printed alike.
    """
    first: dict[str, tuple[str, int]] = {}
    found = {}
    for place, text in enumerate(texts):
        if not 0 < len(text) <= _LONGEST:
            continue
        before, at = first.setdefault(by(text), (text, place))
        if before != text:
            found[place] = at
    return found


def odd_texts(records: Sequence[Mapping[str, Any]]) -> tuple[RowError, ...]:
    """What may mislead in ids and names that are kept, in order of the rows.

    Hidden characters in names are named by their code points. Of two ids or two names that look alike, the later is
    named with the row of the first; stations may share a name that is the same letter by letter.
    """
    found = []
    alike = {column: look_alikes(record.get(column) or "" for record in records) for column in _TOLD_BY}
    for place, record in enumerate(records):
        for column in _TOLD_BY:
            text, row = record.get(column) or "", record["row"]
            if column != "id" and (hidden := hidden_characters(text)):
                found.append(RowError(row, column, text, N_("有看不见的字符：{characters}"), (("characters", hidden),)))
            if (first := alike[column].get(place)) is not None:
                at = records[first]["row"]
                found.append(RowError(row, column, text, N_("看上去与第 {row} 行相同，实际不同"), (("row", at),)))
    return tuple(found)
