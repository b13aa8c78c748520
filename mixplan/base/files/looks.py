"""Rows that look alike, and names in which something stands that nobody sees."""

from collections.abc import Iterable, Mapping
from typing import Any

from mixplan.base.files.columns import RowError
from mixplan.base.files.text import hidden_characters, look
from mixplan.base.i18n import N_

# By these a reader tells one row from another.
_TOLD_BY = ("id", "name")


def odd_texts(records: Iterable[Mapping[str, Any]]) -> tuple[RowError, ...]:
    """What may mislead in ids and names that are kept, in order of the rows.

    Hidden characters in names are named by their code points. Of two ids or two names that differ and yet look the same
    (full-width forms, spaces, hidden characters, letters of another script), the later is named with the row of the
    first; names that are the same letter by letter are not, for stations may share one.
    """
    found = []
    first: dict[tuple[str, str], tuple[str, int]] = {}
    for record in records:
        for column in _TOLD_BY:
            text, row = record.get(column), record["row"]
            if not text:
                continue
            if column != "id" and (hidden := hidden_characters(text)):
                found.append(RowError(row, column, text, N_("有看不见的字符：{characters}"), (("characters", hidden),)))
            before, at = first.setdefault((column, look(text)), (text, row))
            if before != text:
                found.append(RowError(row, column, text, N_("看上去与第 {row} 行相同，实际不同"), (("row", at),)))
    return tuple(found)
