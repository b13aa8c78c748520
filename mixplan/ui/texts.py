"""How numbers, names and messages are written on a page."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

import pandas as pd
import streamlit as st
from markupsafe import Markup


def heading(text: str) -> None:
    """A small heading inside a page."""
    st.markdown(f"**{plain(text)}**")


def lead(strong: str, rest: str) -> None:
    """A line that begins in bold."""
    st.markdown(f"**{plain(strong)}** {plain(rest)}")


def bullets(lines: Iterable[str]) -> None:
    """A list, one point a line."""
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def table(cells: pd.DataFrame) -> None:
    """A small table that is shown whole, its cells and headings as they are."""
    st.table(cells.map(lambda cell: plain(str(cell))).rename(index=_named, columns=_named))


def _named(name: Any) -> str:
    return plain(str(name))


def html(*parts: Markup) -> None:
    """Our own HTML; ``Markup("<b>{}</b>").format(name)`` escapes whatever is put into it.

    Raises
    ------
    TypeError
        Where a part is a mere text: nobody has escaped what it holds.
    """
    if not all(isinstance(part, Markup) for part in parts):
        raise TypeError("HTML is built with Markup, so that it escapes what is put into it")
    st.html(Markup("").join(parts))


def html_table(cells: pd.DataFrame, style: str) -> None:
    """A table as plain HTML, for a column so narrow that labels must wrap; ``style`` names its CSS class."""
    cell, name, row = Markup("<td>{}</td>"), Markup("<th>{}</th>"), Markup("<tr>{}{}</tr>")
    head = row.format(name.format(""), Markup("").join(name.format(label) for label in cells.columns))
    body = Markup("").join(
        row.format(name.format(label), Markup("").join(cell.format(value) for value in values))
        for label, values in zip(cells.index, cells.itertuples(index=False), strict=True)
    )
    table = Markup('<div class="mp-scroll"><table class="{}"><thead>{}</thead><tbody>{}</tbody></table></div>')
    html(table.format(style, head, body))


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number as planners read it: thousands separators, at most the digits asked for, its unit, — where missing."""
    if value is None or value != value:
        return "—"
    text = f"{value:,.{digits}f}"
    return f"{text} {unit}" if unit else text


# Signs that begin something in Markdown wherever they stand, and those that do so at the beginning of a line only.
# No more are escaped than must be: a label is also read out as it is written.
_SIGNS = re.compile(r"([\\`*_\[\]<~$]|&(?=[#a-z])|:(?=[^\W\d_]|$))", re.IGNORECASE)
_BEGINS = re.compile(r"^([#+=>|:-])")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
# Streamlit also turns plain text into links, emoji, icons and arrows (`http://…`, `:smile:`, `->`), after the signs
# have been read; nothing of the kind spans two pieces, and an empty small text is a seam that nobody sees or copies.
_SEAM = ":small[]"
_SEAMS = re.compile(
    r"(?<=:)(?=[\w+-]+:)|(?=://)|(?=@)|(?<=[-<>=~])(?=[-<>=~])|(?<=www)(?=\.)|(?<=material)(?=/)", re.IGNORECASE
)


def plain(text: str) -> str:
    """Text from data as Markdown shows it literally, be it a paragraph, a label, an option or a help text.

    Names become no link, picture, formula, emoji or heading; spaces at the ends of lines go.
    """
    lines = (_begun(line.strip()) for line in text.splitlines())
    return "  \n".join(line for line in lines if line)


def _begun(line: str) -> str:
    """One line, with what begins a list, a heading, a table or the like escaped."""
    pieces = [_SIGNS.sub(r"\\\1", piece) for piece in _SEAMS.split(line)]
    pieces[0] = _NUMBERED.sub(r"\1\\\2", _BEGINS.sub(r"\\\1", pieces[0]))
    return _SEAM.join(pieces)


def change(text: str | None) -> str | None:
    """A difference as a metric shows it: the sign in front turns its arrow, the rest is shown as it is."""
    return text and text[0] + plain(text[1:]) if text and text[0] in "+-" else text and plain(text)


def shown(words: Callable[[Any], str]) -> Callable[[Any], str]:
    """A ``format_func`` for pills, radio buttons and the like, which read their options as Markdown.

    Select boxes show their options as they are and need none.
    """
    return lambda option: plain(words(option))


def message(kind: Literal["error", "warning", "info", "success"], text: str, place: Any = st) -> None:
    """A message in a box, shown as it is: whatever name, cell or file name it repeats cannot become Markdown.

    Every message that is more than a fixed sentence goes through here; `tests/test_architecture.py` sees to it.
    """
    getattr(place, kind)(plain(text))
