"""Each page alone, on the shipped data and with nothing in the register."""

import json
from pathlib import Path

import pandas as pd
import pytest
from kept_work import kept, work_of
from routed import routed
from streamlit.testing.v1 import AppTest

from mixplan.base.files.sheets import workbook_xlsx
from mixplan.city.layers import load_layers
from mixplan.coverage import ground, reach, result
from mixplan.coverage import supply as coverage_supply
from mixplan.plan.rules import load_rules
from mixplan.projects.project import ConsolidationWork, Desk, Project, Result, SitingWork
from mixplan.registers.plants import load_plants
from mixplan.registers.points import load_demand
from mixplan.screening.stations import FACETS
from mixplan.siting.wishes import SitingWishes

ROOT = Path(__file__).parents[2]
EMPTY = b"id,name,kind\n"
UNLOCATED = "id,name,kind\na,甲,concrete\n".encode()
SOLVED = Result("0" * 64, "1" * 64, "", "1", "2", {"sites": 86, "gap_pct": 0.811})
PAGES = [
    "projects",
    "trail",
    "overview",
    "station_map",
    "siting",
    "coverage",
    "comparison",
    "briefing",
    "comments",
    "data",
]


def new_page(name: str) -> AppTest:
    if name in ("projects", "trail", "overview"):  # they link to other pages
        return routed(name)
    return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60)


def open_page(
    name: str, project: Project | None = None, *, register: bytes | None = None, file: str = "我的.csv", **state: object
) -> AppTest:
    page = new_page(name)
    for key, value in state.items():
        if key == "plant":
            page.query_params[key] = value
        else:
            page.session_state[key] = value
    if project is not None or register is not None:
        page.query_params["project"] = kept(project, register=register, name=file)
    return page.run()


def texts(page: AppTest) -> str:
    return " ".join(
        str(e.value) for kind in ("markdown", "caption", "info", "warning", "error") for e in page.get(kind)
    )


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "state", [{}, {"lang": "en"}, {"register": EMPTY}, {"register": UNLOCATED}], ids=["zh", "en", "empty", "unlocated"]
)
def test_every_page_opens(name, state):
    page = open_page(name, **state)
    assert not page.exception, [e.value for e in page.exception]


def panel(page: AppTest) -> dict[str, set[str]]:
    """Words of what can be chosen in the page's filter panel, by the name of the choice."""
    (given,) = (
        json.loads(one.proto.json)
        for one in page.get("bidi_component")
        if one.proto.component_name == "mixplan_filters"
    )
    return {group["name"]: {option["label"] for option in group["options"]} for group in given["groups"]}


def choose(page: AppTest, **chosen: list[str]) -> None:
    """Set filters, as the panel's answer does."""
    for name, codes in chosen.items():
        page.session_state[name] = codes
    page.run()


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_the_overview_counts_the_plans_inventory():
    shown = metrics(open_page("overview"))
    assert shown["水泥厂"] == "9 个厂站"
    assert shown["预拌混凝土搅拌站"] == "179 个厂站"
    assert shown["预拌砂浆厂（普通干混）"] == "20 个厂站"
    assert shown["预制构件厂"] == "57 个厂站"


def test_the_overview_says_the_headline_of_the_hand_outs():
    said = "96 个站点需治理（真实 3 · 推算 93），其中 7 个确定（真实 2 · 推算 5）；另有 9 个无资质站点"
    page = open_page("overview")
    assert said in texts(page)
    assert "处理 7 个确定需治理的站点（真实 2 · 推算 5）" in [link.label for link in page.get("page_link")]


@pytest.mark.parametrize(
    ("project", "told"),
    [
        (Project(), ["治理整合：随附方案", "新线布局：随附方案"]),
        (
            Project(siting=SitingWork(desk=Desk(begun=True, plan={"g0101": 2, "g0202": 1}))),
            ["治理整合：随附方案", "新线布局：3 条"],
        ),
        (
            Project(consolidation=ConsolidationWork(decisions={"concrete-m001": "close"})),
            ["治理整合，目标年方案：随附方案（求解之后改了：1 个站点的决定）", "新线布局：随附方案"],
        ),
        (
            Project(consolidation=ConsolidationWork(plans={"single": SOLVED})),
            ["治理整合，目标年方案：留 86 站，差距 0.82 %（求解之后改了：条件）", "新线布局：随附方案"],
        ),
        (
            Project(siting=SitingWork(wishes=SitingWishes(lines=9, radius_km=25.0))),
            [
                "治理整合：随附方案",
                "新线布局：随附方案（求解之后改了：新建普通干混砂浆生产线 11→9 条、服务半径（运距） 30→25 km）",
            ],
        ),
        (
            Project(margin_m=300),
            [
                "治理整合，目标年方案：随附方案（求解之后改了：敏感区外扩距离 200→300 m）",
                "新线布局：随附方案（求解之后改了：敏感区外扩距离 200→300 m）",
            ],
        ),
    ],
    ids=["nothing set", "own lines", "a decision", "an own plan", "wishes for lines", "the margin of both"],
)
def test_the_overview_knows_the_plans_whatever_pages_were_looked_at(project, told):
    links = [link.label for link in open_page("overview", project).get("page_link")]
    assert links[-2:] == told


def test_the_map_page_and_the_overview_agree():
    names = ["需治理（确定）", "需治理（待核实）", "通过（待核实）", "通过（确定）", "资料不足"]
    first, second = metrics(open_page("overview")), metrics(open_page("station_map"))
    assert {name: first[name] for name in names} == {name: second[name] for name in names}
    assert int(second["显示站点"]) == 265


@pytest.mark.slow
def test_a_filter_narrows_table_and_figures_alike():
    page = open_page("station_map")
    choose(page, rings=["4"])
    rows = page.dataframe[0].value
    assert set(rows["环路"]) == {"三至四环"}
    assert metrics(page)["显示站点"] == str(len(rows))


@pytest.mark.slow
def test_a_filter_that_nothing_passes_says_so():
    page = open_page("station_map")
    choose(page, rings=["2"], districts=["110119"])
    assert "没有符合筛选条件的站点" in texts(page)


def test_a_wider_margin_never_flags_fewer():
    page = open_page("station_map")
    before = metrics(page)
    page.slider(key="margin").set_value(1000).run()
    after = metrics(page)
    flags = ("需治理（确定）", "需治理（待核实）")
    assert sum(int(after[f]) for f in flags) >= sum(int(before[f]) for f in flags)


@pytest.mark.slow
def test_a_margin_beyond_what_the_rule_allows_is_said_where_it_is_set():
    page = open_page("station_map", Project(margin_m=5000))
    said = "项目里的敏感区外扩距离是 5000 m，超出规则允许的范围，按 1000 m 计算。"
    assert page.slider(key="margin").value == 1000 and said in [one.value for one in page.warning]
    assert metrics(page) == metrics(open_page("station_map", Project(margin_m=1000)))


def test_one_margin_counts_on_every_page_of_a_project():
    page = open_page("station_map")
    usual = metrics(page)
    page.slider(key="margin").set_value(1000).run()
    wide = metrics(page)
    assert wide != usual
    assert work_of(page).margin_m == 1000
    own = Project(margin_m=1000)
    overview = open_page("overview", own)
    names = ["需治理（确定）", "需治理（待核实）", "资料不足"]
    assert {name: metrics(overview)[name] for name in names} == {name: wide[name] for name in names}
    assert "1000 m（规则文件为 200 m）" in texts(overview)
    assert {open_page(name, own).slider(key="margin").value for name in ("siting", "consolidation", "briefing")} == {
        1000
    }


def test_another_tab_and_a_reload_show_what_was_changed():
    page = open_page("station_map")
    assert "project" not in page.query_params, "nothing is kept of who only looks"
    page.slider(key="margin").set_value(1000).run()
    other = new_page("station_map")
    other.query_params["project"] = page.query_params["project"]
    assert metrics(other.run()) == metrics(page)
    other.slider(key="margin").set_value(500).run()
    assert metrics(page.run()) == metrics(other)
    assert page.slider(key="margin").value == 500


def test_a_change_is_undone_and_made_again():
    page = open_page("station_map")
    assert page.button(key="undo").disabled and page.button(key="redo").disabled
    before = metrics(page)
    page.slider(key="margin").set_value(1000).run()
    after = metrics(page)
    page.button(key="undo").click().run()
    assert metrics(page) == before and page.slider(key="margin").value == 200
    page.button(key="redo").click().run()
    assert metrics(page) == after
    assert page.button(key="redo").disabled


def test_a_project_that_is_not_there_is_said_and_a_new_one_begun():
    page = new_page("station_map")
    page.query_params["project"] = "nowhere12345"
    page.run()
    assert not page.exception and "nowhere12345" in texts(page)
    assert metrics(page)["显示站点"] == "265"


@pytest.mark.slow
def test_before_the_first_rule_every_station_is_not_in_force_and_today_none_is():
    page = open_page("station_map")
    assert "当年尚无规则" not in metrics(page)
    page.slider(key="year").set_value(2006).run()
    assert not page.exception
    found = metrics(page)
    assert found["当年尚无规则"] == found["显示站点"] == "265"
    assert {found[name] for name in ("需治理（确定）", "通过（确定）", "通过（待核实）", "资料不足")} == {"0"}
    assert set(page.dataframe[0].value["判定"]) == {"当年尚无规则"}


def test_every_filter_goes_by_a_facet_of_the_stations():
    """What is chosen under another name would restrict nothing."""
    assert panel(open_page("station_map")).keys() == FACETS.keys()


def test_the_district_filter_names_districts_as_of_the_year():
    page = open_page("station_map")
    assert "密云区" in panel(page)["districts"]
    page.slider(key="year").set_value(2010).run()
    assert {"密云县", "延庆县"} <= panel(page)["districts"]


def test_a_district_is_known_in_each_way_that_registers_write_it():
    rows = "".join(f"{i},站{i},concrete,{name}\n" for i, name in enumerate(["密云区", "密云县", "密云"]))
    page = open_page("station_map", register=f"id,name,kind,district\n{rows}".encode())
    assert set(page.dataframe[0].value["区县"]) == {"密云区"}


def test_in_2010_no_rule_of_the_plan_flags_a_place():
    page = open_page("station_map")
    page.slider(key="year").set_value(2010).run()
    assert int(metrics(page)["需治理（确定）"]) == 0


def test_a_station_that_no_rule_speaks_of_says_so_in_table_and_card():
    page = new_page("station_map")
    page.query_params["plant"] = "cement-s01"
    page.query_params["year"] = "2010"
    page.run()
    sentence = "所选年份没有适用于这类站点的规则。"
    assert sentence in texts(page)
    rows = page.dataframe[0].value
    assert set(rows.loc[rows["类别"] == "水泥厂", "理由"]) == {sentence}


def test_before_any_rule_the_page_says_so():
    page = open_page("station_map")
    page.slider(key="year").set_value(2009).run()
    assert "还没有规划规定的筛查规则" in texts(page)


def test_a_plant_in_the_address_opens_its_card():
    page = new_page("station_map")
    page.query_params["plant"] = "precast-s01"
    page.run()
    assert "榆构榆树庄构件厂" in texts(page)


@pytest.mark.parametrize("kind", ["cement", "concrete", "mortar", "precast"])
@pytest.mark.parametrize("evidence", ["sourced", "modelled"])
def test_every_sort_of_plant_has_a_card(plants, kind, evidence):
    plant_id = plants.index[(plants["kind"] == kind) & (plants["evidence"] == evidence)][0]
    page = open_page("station_map", plant=plant_id)
    assert not page.exception, [e.value for e in page.exception]
    assert ("模型推算站点" in texts(page)) == (evidence == "modelled")


def test_an_unknown_plant_in_the_address_is_dropped():
    page = new_page("station_map")
    page.query_params["plant"] = "no-such-plant"
    page.run()
    assert not page.exception
    assert "点击地图上的站点" in texts(page)


def test_an_own_register_with_bad_rows_lists_them_and_goes_back_with_one_click():
    page = open_page("station_map", register="id,name,kind\na,甲,concrete\nb,乙,brick\n".encode())
    assert "2 行中 1 行可用" in texts(page)
    assert metrics(page)["显示站点"] == "1"
    next(button for button in page.button if button.label == "恢复随附登记册").click().run()
    assert metrics(page)["显示站点"] == "265"


def test_a_station_that_was_searched_for_may_be_gone_with_its_register():
    page = open_page("station_map", register="id,name,kind,lon,lat\n1,甲站,concrete,116.4,39.9\n".encode())
    search = page.selectbox(key="search")
    search.select_index(next(n for n, option in enumerate(search.options) if "甲站" in option)).run()
    assert "甲站" in texts(page)
    next(button for button in page.button if button.label == "恢复随附登记册").click().run()
    assert not page.exception
    assert "甲站" not in texts(page)


def test_the_sheets_of_a_register_that_were_not_read_are_named():
    row = pd.DataFrame([{"id": "a", "name": "甲", "kind": "concrete"}])
    page = open_page("station_map", register=workbook_xlsx({"丰台": row, "昌平_2": row}), file="我的.xlsx")
    assert "只读了工作表“丰台”，未读：昌平\\_2。" in texts(page)


def test_in_english_a_bad_register_is_explained_in_english():
    own = "id,name,kind\na,甲,concrete\nb,乙,brick\n".encode()
    page = open_page("station_map", register=own, lang="en")
    assert "must be one of" in page.dataframe[0].value["Problem"].iloc[0]


def test_markup_in_a_file_name_or_header_is_shown_not_rendered():
    own = "id,name,kind,![p](x)\na,甲,concrete,1\n".encode()
    shown = texts(open_page("station_map", register=own, file="![x](y).csv"))
    assert "![" not in shown.replace("\\!\\[", "")


def test_markup_in_a_problem_of_a_file_is_shown_not_rendered():
    page = open_page("siting")
    page.session_state["siting_problem"] = "![i](http://127.0.0.1/x.png).csv 第 2 行"
    page.run()
    assert [box.value for box in page.error] == [r"!\[i\](http:small[]://127.0.0.1/x.png).csv 第 2 行"]


def test_the_data_page_lists_every_declared_file():
    page = open_page("data")
    files = page.dataframe[0].value
    assert "data/plants.csv" in set(files["文件"])
    assert files["来源"].str.len().min() > 0
    assert files["许可"].str.len().min() > 0


SITES = [{"id": f"s{n}", "lon": 116.75 + n / 40, "lat": 40.1 - n / 14, "capacity": 40} for n in range(5)]


def test_the_coverage_page_says_what_the_functions_say():
    book = load_rules()
    supply, demand = coverage_supply.supply_points(load_plants()), load_demand()
    seen = reach.reach(ground.zone_ground(load_layers(), demand, book, year=2015), supply)
    total = result.coverage(seen, 12.0).total
    page = new_page("coverage").run()
    page = page.slider(key="radius_mortar").set_value(12).run()
    shown = metrics(page)
    assert shown["面积覆盖率"] == f"{100 * total.area_share:.1f} %"
    assert shown["需求覆盖率"] == f"{100 * total.demand_share:.1f} %"
    assert shown["产能保障率"] == f"{100 * total.served_share:.1f} %"
    assert "模型推算" in texts(page) and "未定位" in texts(page)
    assert page.dataframe[-1].value["禁现区"].iloc[-1] == "合计"


def test_coverage_of_an_empty_register_is_zero_and_said():
    page = open_page("coverage", register=EMPTY)
    assert metrics(page)["面积覆盖率"] == metrics(page)["产能保障率"] == "0.0 %"
    assert "没有任何供应点" in texts(page)


@pytest.mark.slow
def test_a_proposal_comes_in_by_year():
    rows = "".join(f"{row['id']},{row['lon']},{row['lat']},{row['capacity']}\n" for row in SITES)
    file = (f"id,lon,lat,capacity\n{rows}".encode(), "选址.csv")
    page = new_page("coverage")
    page.query_params["project"] = kept(files={("coverage", "proposal"): file})
    page.run()
    served = {}
    for year in (2010, 2013, 2015):
        page = page.slider(key="year").set_value(year).run()
        assert not page.exception
        served[year] = float(metrics(page)["产能保障率"].split()[0])
    assert served[2010] < served[2013] < served[2015]
    assert page.metric[2].delta.startswith("+")


@pytest.mark.slow
def test_the_coverage_page_turns_to_concrete_stations_districts_and_spare_capacity(monkeypatch):
    page = open_page("coverage", theme="concrete", by="district", shade="spare")
    assert not page.exception, [e.value for e in page.exception]
    assert "朝阳区" in set(page.dataframe[-1].value["区县"])
    concrete = load_plants()
    gone = concrete.index[concrete["kind"] == "concrete"]
    plan = pd.DataFrame({"action": "close"}, index=gone)
    monkeypatch.setattr("mixplan.ui.coverage.controls.shown_plan", lambda: (plan, "all closed"))
    page = open_page("coverage", theme="concrete")
    assert metrics(page)["产能保障率"] == "0.0 %"


@pytest.mark.slow
def test_a_shared_view_of_coverage_opens_in_the_other_language():
    page = new_page("coverage")
    page.session_state["lang"] = "en"
    page.query_params["theme"], page.query_params["by"] = "concrete", "district"
    page.run()
    assert not page.exception
    assert page.session_state["theme"] == "concrete" and page.session_state["by"] == "district"
    assert page.query_params["theme"] in ("concrete", ["concrete"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["station_map", "coverage"])
def test_the_year_in_the_address_is_the_year_of_either_page(name):
    page = new_page(name)
    page.query_params["year"] = "2010"
    page.run()
    assert page.slider(key="year").value == 2010
    page.slider(key="year").set_value(2012).run()
    assert page.query_params["year"] in ("2012", ["2012"])


def test_the_tick_in_the_table_follows_what_is_chosen_elsewhere_and_any_filter():
    page = open_page("station_map", plant="precast-s01")
    names = page.dataframe[0].value["名称"].tolist()
    assert page.session_state.station_table["selection"]["rows"] == [names.index("榆构榆树庄构件厂")]
    choose(page, kinds=["precast"])
    names = page.dataframe[0].value["名称"].tolist()
    assert page.session_state.station_table["selection"]["rows"] == [names.index("榆构榆树庄构件厂")]
    page.session_state["plant"] = None
    page.run()
    assert page.session_state.station_table["selection"]["rows"] == []
