"""Text from data stays text wherever Streamlit reads Markdown."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markupsafe import Markup

from mixplan.ui import texts

# What Streamlit's Markdown makes of plain text after it has read the signs, each as it is written.
MADE_OF_TEXT = re.compile(r":[\w+-]+:|https?://|www\.|[\w.+-]@|:material/|->|<-|>=|<=|~=|--", re.IGNORECASE)
SEAM = ":small[]"


def as_read(markdown: str) -> str:
    """What a reader sees of escaped text: seams are empty, a backslash stands for the sign behind it."""
    return re.sub(r"\\(.)", r"\1", markdown.replace(SEAM, "")).replace("  \n", "\n")


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_text_is_read_as_it_was_but_for_space_at_the_ends_of_lines(text):
    lines = [line.strip() for line in text.replace(SEAM, "").splitlines()]
    assert as_read(texts.plain(text.replace(SEAM, ""))).split("\n") == ([x for x in lines if x] or [""])


SIGNS = st.sampled_from([*"\\`*_{}[]<>()#+!|$:~=&-^.@/1 \nw", "www", "http", "material", ":smile:", "->"])


@given(st.lists(SIGNS, max_size=12).map("".join))
def test_no_piece_between_two_seams_is_made_into_anything(text):
    shown = texts.plain(text)
    assert not re.search(r"(?<!\\):" + re.escape(SEAM), shown), "a colon before a seam would take it for its own"
    for piece in shown.split(SEAM):
        assert not MADE_OF_TEXT.search(as_read(piece)), piece


def words_of(markdown: str) -> list[str]:
    """Lines of a paragraph as a parser of Markdown reads them; fails where it finds anything else."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    parts = [part for token in tokens for part in token.children or []]
    assert {part.type for part in parts} <= {"text", "hardbreak"}
    return "".join("\n" if part.type == "hardbreak" else part.content for part in parts).split("\n")


SENTENCES = st.one_of(st.lists(SIGNS, max_size=12).map("".join), st.text(st.characters(exclude_categories=("Cs",))))


@given(SENTENCES.filter(lambda text: SEAM not in text and "\0" not in text))
@settings(max_examples=400)
def test_a_parser_of_markdown_finds_the_text_and_nothing_else(text):
    lines = [line.strip() for line in text.splitlines()]
    assert words_of(texts.plain(text).replace(SEAM, "")) == ([line for line in lines if line] or [""])


@pytest.mark.parametrize(
    "label", ["Haul radius (km, assumption)", "代价（万元/(分·年)）", "A & B – 5 %, 12 + 3 = 15!", "Dry-mix"]
)
def test_a_usual_label_is_left_as_it_is_for_it_is_read_out_too(label):
    assert texts.plain(label) == label


@pytest.mark.parametrize(("text", "said"), [("+3 个", r"+3 个"), ("-3.5%", "-3.5%"), ("-a*", r"-a\*"), (None, None)])
def test_a_change_keeps_the_sign_that_turns_its_arrow(text, said):
    assert texts.change(text) == said


def test_html_takes_nothing_that_nobody_has_escaped():
    with pytest.raises(TypeError, match="Markup"):
        texts.html("<b>甲</b>")


def test_a_table_as_html_escapes_labels_and_cells(monkeypatch):
    written = []
    monkeypatch.setattr(texts.st, "html", written.append)
    texts.html_table(pd.DataFrame({"<i>": ["<img onerror>"]}, index=["a&b"]), "mp-figures")
    assert written == [
        Markup(
            '<div class="mp-scroll"><table class="mp-figures"><thead><tr><th></th><th>&lt;i&gt;</th></tr></thead>'
            "<tbody><tr><th>a&amp;b</th><td>&lt;img onerror&gt;</td></tr></tbody></table></div>"
        )
    ]


def test_a_table_shows_cells_and_headings_as_they_are(monkeypatch):
    written = []
    monkeypatch.setattr(texts.st, "table", written.append)
    texts.table(pd.DataFrame({"$x$": ["**b**"]}, index=["_i_"]))
    (shown,) = written
    assert [shown.columns[0], shown.index[0], shown.iloc[0, 0]] == [r"\$x\$", r"\_i\_", r"\*\*b\*\*"]
