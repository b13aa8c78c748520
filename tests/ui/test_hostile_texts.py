"""No text of a register becomes code on a page, and every text is shown as it was."""

import re
from dataclasses import replace

import pytest
from hostile import TEXTS, register_csv
from kept_work import kept
from routed import routed
from streamlit.testing.v1 import AppTest

from mixplan.base.paths import PAGES
from mixplan.projects.comments import Comment, Reply, Target
from mixplan.projects.project import Scenario
from mixplan.projects.rows import LONGEST_NAME
from mixplan.projects.store import open_store
from mixplan.registers import load_plants
from mixplan.registers.plants import read_register

pytestmark = pytest.mark.slow
OF_PROJECTS = ["projects", "comparison", "trail", "comments"]
NAMES = ["station_map", "consolidation", "siting", "coverage", "targets", "briefing", "data"]
SEAM = ":small[]"


@pytest.fixture(scope="module")
def register():
    return kept(register=register_csv(), name="![i](http://127.0.0.1:9/n.png).csv")


def open_page(name, project, plant=None, **state):
    page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=120)
    if name == "projects":
        page = routed(name)  # links to other pages, which have to exist
    for key, value in state.items():
        page.session_state[key] = value
    page.query_params["project"] = project
    if plant is not None:
        page.query_params["plant"] = plant
    return page.run()


def read_as_markdown(page):
    """What Streamlit reads as Markdown on a page."""
    boxes = ("markdown", "caption", "info", "warning", "error", "success")
    texts = [str(e.value) for kind in boxes for e in page.get(kind)]
    texts += [part for e in page.metric for part in (e.label, str(e.value), e.help, e.delta) if part]
    texts += [
        e.label for kind in ("button", "tab", "expander", "selectbox", "slider", "toggle") for e in page.get(kind)
    ]
    return texts


def bare(markdown):
    """The signs of a text that nothing escapes."""
    return re.sub(r"\\.", "", markdown.replace(SEAM, "\0"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_lives_and_makes_nothing_of_a_text(name, language, register):
    page = open_page(name, register, lang=language)
    assert not page.exception, [e.value for e in page.exception]
    for text in map(bare, read_as_markdown(page)):
        assert not re.search(r"!\[|\]\(|<img|<script|\$|:red|:smile|http:|www\.", text), text


@pytest.fixture(scope="module")
def project():
    """A project in which whatever planners may name or write is a text that somebody could take for code."""
    texts = [text for text in TEXTS if text.isprintable() and len(text) <= LONGEST_NAME]
    id = kept()
    store = open_store()
    now = store.load(id).project
    for number, text in enumerate(texts):
        reply = {"r": Reply(text, text, "2026-01-02T00:00:00+00:00")}
        pinned = Target("station", load_plants().index[number], text)
        said = Comment(pinned, text, text, "2026-01-01T00:00:00+00:00", replies=reply)
        changed = replace(
            now,
            comments={**now.comments, f"c{number}": said},
            scenarios={**now.scenarios, f"s{number}": Scenario(text)},
            consolidation=replace(now.consolidation, decisions={**now.consolidation.decisions, text: "close"}),
        )
        store.save(id, now, changed, who=text, note=text)
        store.rename(id, text, who=text)
        now = changed
    return id


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", [*NAMES, *OF_PROJECTS])
def test_what_planners_name_and_write_is_only_text(name, language, project):
    page = open_page(name, project, lang=language)
    assert not page.exception, [e.value for e in page.exception]
    for text in map(bare, read_as_markdown(page)):
        assert not re.search(r"!\[|\]\(|<img|<script|\$|:red|:smile|http:|www\.", text), text


def test_a_card_shows_every_text_as_it_is(register):
    for plant, row in read_register(register_csv(), "own.csv").plants.iterrows():
        page = open_page("station_map", register, plant=plant)
        assert not page.exception, row["name"]
        shown = re.sub(r"\\(.)", r"\1", "\n".join(read_as_markdown(page)).replace(SEAM, ""))
        text = " ".join(row["name"].split())
        assert f"**{text}**" in shown and f"来源：{text}" in shown and f"备注：{text}" in shown


def test_the_table_of_stations_shows_every_name_as_it_is(register):
    page = open_page("station_map", register)
    assert set(TEXTS) <= set(page.dataframe[0].value["名称"])


def test_ids_with_hidden_signs_are_refused_and_rows_that_look_alike_reported():
    twin, hidden = "Ａ1,甲\u200b站,concrete,116.4,39.8", "b\u202e,乙,concrete,116.4,39.7"
    rows = f"id,name,kind,lon,lat\nA1,甲站,concrete,116.4,39.9\n{twin}\n{hidden}\n"
    page = open_page("station_map", kept(register=rows.encode()))
    said = "\n".join(re.sub(r"\\(.)", r"\1", e.value) for e in page.warning)
    assert "第 3 行，id 列，值“Ａ1”：看上去与第 2 行相同" in said and "U+200B" in said
    assert page.dataframe[0].value["问题"].tolist() == ["编号中有看不见的字符：U+202E"]
