"""The briefing page alone: setting up, presenting, hand-outs."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from kept_work import kept
from long_work import ended
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from mixplan.handouts import of_project
from mixplan.handouts.story import step_label
from mixplan.projects import entries
from mixplan.projects.comments import Comment, Target
from mixplan.projects.project import BriefingWork, Project, Step, with_at
from mixplan.registers.plants import load_plants

ROOT = Path(__file__).parents[2]
SITES = [{"id": f"s{n}", "lon": 116.75 + n / 40, "lat": 40.1 - n / 14, "capacity": 80} for n in range(5)]


def proposal() -> tuple[bytes, str]:
    return json.dumps({"sites": SITES, "flows": []}).encode(), "选址.json"


def plan(actions: Mapping[str, str]) -> tuple[bytes, str]:
    rows = [{"plant_id": plant, "action": action} for plant, action in actions.items()]
    return json.dumps({"actions": rows}).encode(), "整合.json"


def full_story(steps: Mapping[str, Step] | None = None) -> str:
    """A project with a proposal and a plan for the shipped register."""
    plants = load_plants()
    concrete = plants.index[(plants["kind"] == "concrete") & (plants["status"] == "inventory_2010")]
    actions = {str(plant): "close" if n == 0 else "retain" for n, plant in enumerate(concrete)}
    files = {("briefing", "proposal"): proposal(), ("briefing", "plan"): plan(actions)}
    return kept(Project(briefing=BriefingWork(steps=steps or {})), files=files)


def open_page(step: int | None = None, project: str | None = None, **state: object) -> AppTest:
    page = AppTest.from_file(str(ROOT / "pages/briefing.py"), default_timeout=120)
    if project:
        page.query_params["project"] = project
    for key, value in state.items():
        page.session_state[key] = value
    if step:
        page.query_params["step"] = str(step)
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    return page


def shown(page: AppTest) -> str:
    return " ".join(getattr(e.proto, "body", "") for e in page.get("html"))


def told_of_the_lines(project: Project) -> list[str]:
    page = open_page(project=kept(project))
    return [one.value for one in page.warning if "新线方案" in one.value]


def test_lines_of_earlier_conditions_are_said_to_be_so_with_what_has_changed():
    (told,) = told_of_the_lines(with_at(Project(), ("siting", "wishes", "radius_km"), 25.0))
    assert "30→25 km" in told


def test_a_ban_by_hand_makes_lines_no_older():
    assert told_of_the_lines(with_at(Project(), ("siting", "desk", "forbidden", "g0001"), True)) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens(language):
    assert open_page(lang=language).button(key="briefing_start")


def test_the_page_opens_for_a_register_without_a_station():
    assert open_page(project=kept(register=b"id,name,kind\n")).button(key="briefing_start")


@pytest.mark.slow
def test_every_step_of_a_full_story_opens():
    plants = load_plants()
    concrete = plants.index[(plants["kind"] == "concrete") & (plants["status"] == "inventory_2010")]
    titles, project = [], full_story()
    for step in range(1, 11):
        page = open_page(step, project)
        titles.append(re.search(r'mp-say">(.*?)<', shown(page)).group(1))
    # Situation, two years of zones, stations, two of consolidation, lines, two of coverage, targets.
    assert len(set(titles)) == 10
    stock = plants[plants["status"] == "inventory_2010"]
    modelled = {kind: int((rows["evidence"] == "modelled").sum()) for kind, rows in stock.groupby("kind")}
    every, real = sum(modelled.values()), int((stock.loc[concrete, "evidence"] == "sourced").sum())
    assert f"{len(stock)} 个在册厂站（真实 {len(stock) - every} · 推算 {every}）" in titles[0]
    assert "推算 93）" in titles[3] and "9 个无资质站点" in titles[3]
    assert f"整合前：{len(concrete)} 个搅拌站（真实 {real} · 推算 {modelled['concrete']}）" == titles[4]


def test_the_plan_is_told_with_the_numbers_of_its_step():
    page = open_page()
    (line,) = [caption.value for caption in page.caption if "整合方案" in caption.value]
    before, after = re.search(r"整合方案：(\d+) 个搅拌站.*留下 (\d+) 个", line).groups()
    titles = [" ".join(map(str, row)) for row in page.dataframe[0].value.to_numpy()]
    (title,) = [text for text in titles if "整合后搅拌站" in text]
    assert f"从 {before} 个" in title and f"变为 {after} 个" in title


def test_steps_are_chosen_reordered_and_captioned():
    choice = {"situation": Step(1, show=False), "targets": Step(0, caption="先看目标", notes="慢慢说")}
    project = kept(Project(briefing=BriefingWork(steps=choice)))
    page = open_page(1, project, briefing_notes=True)
    assert "先看目标" in shown(page) and "慢慢说" in shown(page)
    assert "265" not in shown(open_page(2, project))


def test_a_step_beyond_the_end_is_the_last_and_nonsense_is_the_set_up():
    assert "14" in shown(open_page(99))
    page = AppTest.from_file(str(ROOT / "pages/briefing.py"), default_timeout=120)
    page.query_params["step"] = "x"
    page.run()
    assert page.button(key="briefing_start")


@pytest.mark.slow
def test_the_radius_moves_in_the_step_and_a_clicked_plant_is_explained():
    steps = (open_page(step) for step in range(5, 12))
    page = next(one for one in steps if "30 km" in shown(one))
    page.slider(key="briefing_radius_slider").set_value(12).run()
    assert "12 km" in shown(page)
    page = open_page(4)
    page.session_state["briefing_plant"] = "precast-s01"
    page.run()
    assert "榆构榆树庄构件厂" in shown(page)


def test_the_radius_of_the_project_holds_on_the_page_and_in_its_files_as_in_the_command():
    project = Project(margin_m=700, briefing=BriefingWork(radius_km=12))
    command = of_project.given_by(project, lambda _key: b"").report(entries.actuals(), None)
    page = open_page(project=kept(project))
    (steps,) = (table.value for table in page.dataframe)
    assert any("12 km" in str(title) for title in steps.to_numpy().ravel())
    assert any(command.input_hash in one.value for one in page.caption)


def test_a_workbook_is_made_and_offered():
    page = open_page()
    ended(page.button(key="briefing_make_xlsx").click().run(), "handout_xlsx")
    assert not page.exception
    files = page.session_state["briefing_files"]
    ((name, content, _mime),) = files.values()
    assert name == "散装水泥、预拌制品和预制构件规划实施汇报.xlsx" and content.startswith(b"PK")


def test_a_file_bears_the_project_and_its_version_in_its_name(monkeypatch):
    offered = []
    page = open_page(project=kept(Project(margin_m=700)))
    ended(page.button(key="briefing_make_geojson").click().run(), "handout_geojson")
    monkeypatch.setattr(DeltaGenerator, "download_button", lambda _self, *given, **_more: offered.append(given[2]))
    page.run()
    (name,) = offered
    assert re.fullmatch(r"散装水泥.+汇报_geojson_试验_v\d+_[0-9a-f]{8}\.zip", name)


def test_open_comments_go_into_the_files_only_where_the_planner_says_so():
    asked = Comment(Target("station", "a", "甲站"), "证照齐吗？", "王", "2026-01-01T08:00:00+00:00")
    page = open_page(project=kept(Project(comments={"1": asked})))
    assert page.toggle(key="briefing_comments").value is False
    sheets = []
    for _twice in range(2):
        ended(page.button(key="briefing_make_xlsx").click().run(), "handout_xlsx")
        made = page.session_state["briefing_files"].values()
        sheets.append([openpyxl.load_workbook(io.BytesIO(content)).sheetnames for _name, content, _mime in made])
        page.toggle(key="briefing_comments").set_value(True).run()
    assert ["未决批注" in names for names in sheets[1]] == [False, True]
    assert "briefing_comments" not in [one.key for one in open_page(project=kept(Project())).toggle]


def test_a_plan_for_another_register_is_said_and_left_out():
    page = open_page(project=kept(files={("briefing", "plan"): plan({"nowhere": "close"})}))
    assert any("nowhere" in e.value for e in page.error)


@pytest.mark.slow
def test_a_new_step_takes_its_place_in_the_story():
    before = ["situation", "zones", "flagged", "coverage", "targets"]
    page = open_page(project=full_story({key: Step(n) for n, key in enumerate(before, start=1)}))
    page.button(key="briefing_start").click().run()
    order = ["situation", "zones", "flagged", "consolidation", "lines", "coverage", "targets"]
    places = [re.search(r'mp-place">(.*?) ·', shown(open_page(step, work(page)))).group(1) for step in range(1, 11)]
    assert list(dict.fromkeys(places)) == [step_label(key) for key in order]


def work(page: AppTest) -> str:
    """Id of the project that a page works on."""
    found = page.query_params["project"]
    return found[0] if isinstance(found, list) else found
