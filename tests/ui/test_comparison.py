"""The page on which scenarios, or years, stand side by side."""

import re
from pathlib import Path

import pandas as pd
from kept_work import kept, work_of
from streamlit.testing.v1 import AppTest

from mixplan.projects import scenarios
from mixplan.projects.project import Comparison, CoverageWork, Project, SitingWork, Threshold, Work
from mixplan.siting.wishes import SitingWishes
from mixplan.ui import mapview
from mixplan.ui.comparison.tables import said_otherwise

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "pages" / "comparison.py"
FIGURES = ("stations", "flagged", "sensitive")


def with_scenarios(**more: object) -> Project:
    """A project with two scenarios that have a wider margin round sensitive areas than it has."""
    made = scenarios.begun(Project(**more), "a", "宽外扩", Work(margin_m=500))
    return scenarios.begun(made, "b", "更宽", Work(margin_m=1000))


def open_page(project: Project | None = None, at: str = "", **address: str) -> AppTest:
    page = AppTest.from_file(str(PAGE), default_timeout=60)
    if project is not None:
        at = kept(project)
    if at:
        page.query_params["project"] = at
    for key, value in address.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    return page


def rows(page: AppTest) -> dict[str, list[str]]:
    """Cells of the first table of figures as text, by the name of the row; the column names under an empty one."""
    html = next(e.proto.body for e in page.get("html") if "<tbody>" in e.proto.body)
    found = {}
    for row in re.findall("<tr>(.*?)</tr>", html):
        cells = [re.sub(r"<[^>]+>", " ", cell).split() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        name, *values = (" ".join(cell) for cell in cells)
        found[name] = values
    return found


def test_without_scenarios_the_page_says_what_one_is_and_begins_the_first():
    page = open_page()
    assert "方案是项目的一个分支" in page.info[0].value
    page.button("scenario_first").click().run()
    assert [one.name for one in work_of(page).scenarios.values()] == ["方案 1"]
    assert rows(page)[""] == ["项目本身", "方案 1"]
    page.button("undo").click().run()
    assert not work_of(page).scenarios


def test_figures_of_every_scenario_stand_beside_each_other_with_the_difference():
    page = open_page(with_scenarios(comparison=Comparison(cards=FIGURES)))
    found = rows(page)
    assert found[""] == ["项目本身", "宽外扩", "更宽"]
    amounts = [int(cell.split()[0]) for cell in found["敏感区内或附近"]]
    assert amounts == sorted(amounts)
    assert amounts[0] < amounts[2]
    assert found["敏感区内或附近"][2].endswith(f"+{amounts[2] - amounts[0]} 个，更差")
    assert all("真实" in cell and "推算" in cell for cell in found["在册站点"])
    assert "与第一列相同" in found["在册站点"][1]
    assert not any("与第一列相同" in row[0] for row in found.values())
    assert found["输入的差别"][1] == "敏感区外扩距离：200→500 m"


def test_a_scenario_that_differs_in_nothing_says_so_of_every_figure_apart_from_its_numbers():
    alike = scenarios.begun(Project(comparison=Comparison(cards=FIGURES)), "a", "甲", Work())
    page = open_page(alike)
    table = next(e.proto.body for e in page.get("html") if "<tbody>" in e.proto.body)
    for name in ("在册站点", "需治理", "敏感区内或附近"):
        row = re.search(f">{name}</th><td>(.*?)</td><td>(.*?)</td>", table)
        first, second = (re.sub(r"<[^>]+>", "", cell) for cell in row.groups())
        assert second == f"{first} 与第一列相同"


def test_a_register_with_other_stations_is_neither_better_nor_worse():
    plants = pd.read_csv(ROOT / "data" / "plants.csv")
    fewer = plants[plants["kind"] != "concrete"].to_csv(index=False).encode()
    project = scenarios.begun(Project(comparison=Comparison(cards=FIGURES)), "a", "随附", Work())
    found = rows(open_page(at=kept(project, register=fewer)))
    own, shipped = (int(cell.split()[0]) for cell in found["需治理"])
    assert shipped > own and found["需治理"][1].endswith(f"+{shipped - own} 个")


def test_thresholds_are_kept_broken_or_not_known_in_words():
    asked = {"flagged": Threshold(most=100), "stations": Threshold(least=100)}
    page = open_page(with_scenarios(comparison=Comparison(cards=FIGURES), acceptance=asked))
    found = rows(page)
    assert found["验收标准"] == ["✓ 全部达到", "✗ 有未达到的", "✗ 有未达到的"]
    assert found["需治理"][0].endswith("✓ 达到（≤ 100 个）")
    assert found["需治理"][1].endswith("✗ 未达到（≤ 100 个）")


def test_a_threshold_is_set_and_taken_away_on_the_page():
    page = open_page(with_scenarios())
    page.session_state["compare_accept"] = True
    page.run()
    page.selectbox("accept_figure").set_value("flagged")
    page.selectbox("accept_side").set_value("most")
    page.number_input("accept_value").set_value(90)
    page.button("accept_set").click().run()
    assert work_of(page).acceptance == {"flagged": Threshold(most=90)}
    page.button("accept_off_flagged").click().run()
    assert not work_of(page).acceptance


def test_years_of_the_work_at_hand_stand_beside_each_other():
    page = open_page(Project(comparison=Comparison(("2010", "2015"), "year", FIGURES)))
    assert rows(page)[""] == ["2010", "2015"]
    assert "输入的差别" not in rows(page)


def named(widgets, key):
    """A choice, which has another number behind its name whenever its options are called otherwise."""
    (found,) = [one for one in widgets if one.key.rstrip("_0123456789") == key]
    return found


def test_each_kind_of_columns_is_as_it_was_left_when_it_is_compared_again():
    page = open_page(with_scenarios(comparison=Comparison(("b", ""), cards=FIGURES)))
    for by, columns in (("year", ["2012", "2014"]), ("scenario", ["b", ""])):
        page.segmented_control("compare_by").set_value(by).run()
        if by == "year":
            named(page.multiselect, "compare_columns").set_value(columns).run()
        assert named(page.multiselect, "compare_columns").value == columns
    page.segmented_control("compare_by").set_value("year").run()
    assert rows(page)[""] == ["2012", "2014"]


def test_coverage_says_in_every_column_whether_it_counts_new_lines():
    own = Project(comparison=Comparison(cards=("mortar_served",)), coverage=CoverageWork(with_proposal=True))
    page = open_page(scenarios.begun(own, "a", "不计", Work()))
    counted, without = rows(page)["砂浆：产能保障率"]
    assert "计入新线" in counted
    assert "不计新线" in without
    assert "更差" not in without, "the two count otherwise"


def test_a_year_in_which_rules_were_not_in_force_yet_says_so_and_later_ones_are_not_called_worse():
    found = rows(open_page(Project(comparison=Comparison(("2010", "2015"), "year", FIGURES))))
    first, last = found["需治理"]
    assert re.fullmatch(r"0 个 真实 0 · 推算 0 另有 \d+ 个当年尚无规则", first)
    assert last.endswith(" 个") and "更差" not in last
    assert found["敏感区内或附近"][0] == "— 当年尚无规则"
    assert "个" not in found["敏感区内或附近"][1].partition("推算")[2]


def test_a_long_list_offers_no_choice_of_everything_in_words_of_its_own():
    page = open_page(with_scenarios())
    page.session_state["compare_cards"] = True
    page.run()
    assert {box.key: box.proto.select_all for box in page.multiselect} == {"compare_columns": 0, "compare_add": 0}
    shown = {box.key: box.proto.placeholder for box in page.multiselect}
    assert shown == {"compare_columns": "选择要比较的列", "compare_add": "选择卡片"}


def test_maps_stay_as_high_as_they_came_when_a_column_is_added(monkeypatch):
    """A frame that became lower than its map cut off what stands at the foot of it: scale, notice and sources."""
    heights = []
    monkeypatch.setattr(mapview, "st_folium", lambda *_map, key, height, **_more: heights.append((key, height)))
    for years in (("2010", "2015"), ("2010", "2012", "2014", "2015")):
        open_page(Project(comparison=Comparison(years, "year", ("map_stations",))))
    assert len(heights) == 6 and len(set(heights)) == 4


def test_cards_are_added_moved_and_taken_off():
    page = open_page(with_scenarios(comparison=Comparison(cards=FIGURES)))
    page.session_state["compare_cards"] = True
    page.run()
    page.button("compare_move_1_stations").click().run()
    assert work_of(page).comparison.cards == ("flagged", "stations", "sensitive")
    page.button("compare_off_flagged").click().run()
    assert work_of(page).comparison.cards == ("stations", "sensitive")
    page.multiselect("compare_add").set_value(["certain"])
    page.button("compare_add_button").click().run()
    assert work_of(page).comparison.cards == ("stations", "sensitive", "certain")


def test_a_scenario_is_renamed_taken_over_and_deleted_and_each_is_undone():
    page = open_page(with_scenarios(comparison=Comparison(cards=FIGURES)))
    page.session_state["scenario_manage"] = True
    page.run()
    page.text_input("scenario_new_name").set_value("五百米").run()
    assert work_of(page).scenarios["a"].name == "五百米"
    page.button("scenario_adopt_a").click().run()
    assert work_of(page).margin_m == 500
    page.button("scenario_drop_a").click().run()
    assert set(work_of(page).scenarios) == {"b"}
    for _step in range(3):
        page.button("undo").click().run()
    assert work_of(page).scenarios["a"].name == "宽外扩"
    assert work_of(page).margin_m is None


def test_a_fifth_column_is_refused_in_words_and_the_four_stay():
    page = open_page(Project(comparison=Comparison(by="year", cards=FIGURES)))
    years = ["2010", "2011", "2012", "2013"]
    named(page.multiselect, "compare_columns").set_value([*years, "2014"]).run()
    assert rows(page)[""] == named(page.multiselect, "compare_columns").value == years
    assert [one.value for one in page.warning] == ["最多并排 4 列；要换一列，先去掉一列。"]
    assert not page.run().warning


def test_a_click_that_still_names_the_scenario_before_does_not_lead_back():
    page = open_page(with_scenarios(comparison=Comparison(cards=FIGURES)), scenario="a")
    page.selectbox("scenario_at_hand").set_value("b").run()
    page.query_params["scenario"] = "a"  # the browser has not heard of the other one yet
    page.button("undo").run()
    assert page.selectbox("scenario_at_hand").value == "b" and page.query_params["scenario"] in ("b", ["b"])


def test_what_is_worked_on_stays_when_its_scenario_is_deleted():
    page = open_page(with_scenarios(comparison=Comparison(cards=FIGURES)), scenario="a")
    assert page.selectbox("scenario_at_hand").value == "a"
    page.session_state["scenario_manage"] = True
    page.run()
    page.button("scenario_drop_a").click().run()
    assert not page.exception
    assert named(page.selectbox, "scenario_at_hand").value == ""


def test_a_reload_shows_the_same_columns_and_cards():
    first = open_page(with_scenarios(comparison=Comparison(cards=FIGURES)))
    first.multiselect("compare_columns").set_value(["b", ""]).run()
    again = open_page(at=work_of_id(first))
    assert rows(again)[""] == ["更宽", "项目本身"]
    assert rows(again) == rows(first)


def work_of_id(page: AppTest) -> str:
    found = page.query_params["project"]
    return str(found[0] if isinstance(found, list) else found)


def test_a_name_of_a_scenario_is_text_and_no_code():
    page = open_page(scenarios.begun(Project(comparison=Comparison(cards=FIGURES)), "a", "<b>站{{1}}</b>", Work()))
    html = next(e.proto.body for e in page.get("html") if "<tbody>" in e.proto.body)
    assert "&lt;b&gt;站{{1}}&lt;/b&gt;" in html


def said(**words: str) -> pd.DataFrame:
    rows = {key: {"name": key, "kind": "concrete", "evidence": "modelled", "said": word} for key, word in words.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def test_what_is_said_otherwise_holds_the_stations_of_either_side():
    found = said_otherwise(said(a="保留", b="保留", c="退出"), said(a="保留", b="退出", d="保留"))
    assert found[["before", "after"]].to_dict("index") == {
        "b": {"before": "保留", "after": "退出"},
        "c": {"before": "退出", "after": "—"},
        "d": {"before": "—", "after": "保留"},
    }


def test_nothing_is_said_otherwise_of_the_same():
    assert said_otherwise(said(a="保留"), said(a="保留")).empty


def test_a_plan_from_before_a_change_is_said_to_be_so_and_never_accepted():
    cards = ("kept", "stopped")
    asked = {"stopped": Threshold(most=200)}
    page = open_page(with_scenarios(comparison=Comparison(cards=cards), acceptance=asked))
    stopped = rows(page)["方案停止的搅拌站"]
    assert stopped[0].endswith("✓ 达到（≤ 200 个）")
    for cell in stopped[1:]:
        assert "改动之前的方案，请重新求解" in cell
        assert cell.endswith("？未定（≤ 200 个）")


def test_lines_from_before_a_change_are_said_to_be_so():
    fewer = Work(siting=SitingWork(SitingWishes(lines=9)))
    own, nine = rows(open_page(scenarios.begun(Project(), "a", "少两条", fewer)))["新建生产线"]
    assert own == "11 条" and "改动之前的方案" in nine
