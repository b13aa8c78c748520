"""``--project``: a command on a project says what the same command says on its files and settings, and names it."""

import json
from pathlib import Path

import openpyxl
import pytest

from mixplan.cli.entry import main
from mixplan.consolidation import joint
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.wishes import ConsolidationWishes
from mixplan.handouts import of_project
from mixplan.plan.datapackage import solved
from mixplan.projects import Project, open_store
from mixplan.projects.comments import Comment, Target
from mixplan.projects.project import ConsolidationWork, Desk, FileUse, Result, Scenario, SitingWork, Work
from mixplan.siting import proposal
from mixplan.siting.wishes import SitingWishes

INPUT = Path(__file__).parent / "golden" / "input"
WHO = "张三"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "home"))
    return tmp_path


def kept(files, make):
    """A project called 甲 that uses files of the folder of small inputs."""
    store = open_store()
    made = store.create("甲", Project(), who=WHO)
    uses = {
        name: FileUse(store.put_content(made.id, (INPUT / name).read_bytes(), name=name, media="text/csv"), name)
        for name in files
    }
    return store.save(made.id, made.project, make(uses), who=WHO)


def printed(capsys, *words):
    main([*words, "--json"])
    said = capsys.readouterr()
    assert said.out, said.err
    return json.loads(said.out)


def of(project):
    return {"id": project.id, "name": project.name, "revision": project.revision, "hash": project.head}


def test_screen_takes_register_and_margin_of_the_project_and_an_option_wins(capsys):
    project = kept(
        ["register_gcj02.csv"],
        lambda uses: Project(register=FileUse(uses["register_gcj02.csv"].content, "r.csv", "gcj02", 300), margin_m=700),
    )
    own = ["--plants", str(INPUT / "register_gcj02.csv"), "--datum", "gcj02", "--location-error", "300"]
    for extra in ([], ["--margin", "50"]):
        found = printed(capsys, "screen", "--project", "甲", *extra)
        assert {json.dumps(one.pop("project")) for one in found} == {json.dumps(of(project))}
        for one in found:
            one.pop("warnings")
        same = printed(capsys, "screen", *own, *(extra or ["--margin", "700"]))
        assert found == [{name: value for name, value in one.items() if name != "warnings"} for one in same]


@pytest.mark.parametrize(("own", "counts"), [(5000, 1000), (-50, 0)])
def test_a_margin_beyond_what_the_rule_allows_counts_as_the_pages_count_it_and_is_said(capsys, own, counts):
    kept([], lambda _uses: Project(margin_m=own))
    said = f"项目里的敏感区外扩距离是 {own} m，超出规则允许的范围，按 {counts} m 计算。"
    found = printed(capsys, "screen", "--project", "甲")
    within = printed(capsys, "screen", "--margin", str(counts))
    assert [one["verdict"] for one in found] == [one["verdict"] for one in within]
    assert said in found[0]["warnings"] and said not in within[0]["warnings"]
    main(["screen", "--project", "甲"])
    assert said in capsys.readouterr().err
    assert said not in printed(capsys, "screen", "--project", "甲", "--margin", "300")[0]["warnings"]
    site = ["site", "--lines", "1", "--at-most", "--gap", "1", "--project", "甲"]
    assert said in printed(capsys, *site)["warnings"]
    reported = of_project.given_by(Project(margin_m=own), lambda _key: b"")
    assert said in reported.notes and reported.book.margin_m == counts


def test_a_scenario_of_the_project_is_worked_on_by_its_name(capsys):
    project = kept([], lambda _uses: Project(margin_m=300, scenarios={"s1": Scenario("宽", Work(margin_m=900))}))
    found = printed(capsys, "screen", "--project", "甲", "--scenario", "宽")
    assert found[0]["project"] == {**of(project), "scenario": "宽"}
    values = [one["verdict"] for one in found]
    assert values == [one["verdict"] for one in printed(capsys, "screen", "--margin", "900")]
    assert main(["screen", "--project", "甲", "--scenario", "窄"]) == 1
    assert "没有叫“窄”的方案。已有：宽。" in capsys.readouterr().err
    assert main(["screen", "--scenario", "宽"]) == 1


def test_in_text_the_project_is_a_line_of_its_own(capsys):
    project = kept([], lambda _uses: Project(margin_m=300))
    assert main(["screen", "--project", project.id]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"项目“甲”第 2 版，校验值 {project.head[:12]}"


def test_site_takes_settings_files_locks_and_points_of_the_project(capsys, home):
    points = home / "points.csv"
    points.write_text((INPUT / "candidates.csv").read_text("utf-8") + "own,116.15,39.65,\n", "utf-8")
    project = kept(
        ["candidates.csv", "demand.csv"],
        lambda uses: Project(
            siting=SitingWork(
                wishes=SitingWishes(lines=3, at_most=True, spacing_km=0, gap=0),
                desk=Desk(begun=True, locked={"own": 1}, own={"own": (116.15, 39.65)}),
                candidates=uses["candidates.csv"],
                demand=uses["demand.csv"],
            )
        ),
    )
    found = printed(capsys, "site", "--project", "甲")
    files = ["--candidates", str(points), "--demand", str(INPUT / "demand.csv"), "--grid", "5"]
    same = printed(
        capsys, "site", *files, "--lines", "3", "--at-most", "--spacing", "0", "--gap", "0", "--force", "own"
    )
    assert found["project"] == of(project) and "project" not in same
    assert found["sites"] == same["sites"] and found["objective"] == pytest.approx(same["objective"], rel=1e-9)
    assert "own" in [site["id"] for site in found["sites"]]
    fewer = printed(capsys, "site", "--project", "甲", "--lines", "1")
    assert [site["id"] for site in fewer["sites"]] == ["own"]


OLDER_LINES = "项目里的新线方案是改动之前求得的；求解以后改变了：新建普通干混砂浆生产线 11→3 条。"
OLDER_PLAN = "治理整合方案仍是改动之前的；求解之后改了：1 个站点的决定。"


def test_lines_of_earlier_settings_are_said_to_be_so_with_what_has_changed(capsys):
    stale = kept([], lambda _uses: Project(siting=SitingWork(wishes=SitingWishes(lines=3, gap=1))))
    fresh = open_store().create("乙", Project(), who=WHO)
    said = printed(capsys, "site", "--project", stale.id)["warnings"]
    assert [text for text in said if "改动之前" in text] == [OLDER_LINES]
    main(["site", "--project", stale.id])
    assert OLDER_LINES in capsys.readouterr().err
    said = printed(capsys, "site", "--project", fresh.id, "--lines", "1", "--at-most", "--gap", "1")["warnings"]
    assert not [text for text in said if "改动之前" in text]


ANSWERED = "没有另求"


def no_search(monkeypatch):
    """A search is asked for where one must not be, or must be."""
    for module, name in ((proposal, "solve_case"), (consolidation_plan, "solve"), (joint, "solve")):
        monkeypatch.setattr(module, name, lambda *_args, _name=name, **_how: pytest.fail(f"searched: {_name}"))


def desk_of(lines):
    """A project called 甲 whose lines come from the shipped answer, with these left of them."""
    record = json.dumps(solved("siting")).encode()
    store = open_store()
    made = store.create("甲", Project(), who=WHO)
    content = store.put_content(made.id, record, name="r.json", media="application/json")
    desk = Desk(begun=True, plan=lines, solved=Result(content, "", made_at="2011-01-01T00:00:00Z", release="", data=""))
    return store.save(made.id, made.project, Project(siting=SitingWork(desk=desk)), who=WHO)


def test_lines_that_the_project_has_are_said_as_its_pages_say_them(capsys, monkeypatch):
    no_search(monkeypatch)
    record = solved("siting")["proposal"]
    for project in (open_store().create("乙", Project(), who=WHO), desk_of(record["lines"])):
        main(["site", "--project", project.id, "--json"])
        said = capsys.readouterr()
        assert ANSWERED in said.err
        found = json.loads(said.out)
        assert found["objective"] == pytest.approx(record["objective"], rel=1e-9)
        assert {one["id"] for one in found["sites"]} == set(record["lines"])


@pytest.mark.parametrize("more", [["--gap", "0.5"], ["--seed", "3"], ["--lines", "10"], ["--no-existing"]])
def test_lines_are_sought_anew_where_the_command_asks_for_others(monkeypatch, more):
    no_search(monkeypatch)
    desk_of(solved("siting")["proposal"]["lines"])
    with pytest.raises(pytest.fail.Exception, match="searched: solve_case"):
        main(["site", "--project", "甲", *more])


def test_lines_that_were_moved_by_hand_are_not_given_out_for_the_solvers(monkeypatch):
    no_search(monkeypatch)
    lines = dict(solved("siting")["proposal"]["lines"])
    lines.popitem()
    desk_of(lines)
    with pytest.raises(pytest.fail.Exception, match="searched: solve_case"):
        main(["site", "--project", "甲"])


def test_what_cannot_be_read_answers_nothing(monkeypatch):
    no_search(monkeypatch)
    store = open_store()
    made = store.create("甲", Project(), who=WHO)
    content = store.put_content(made.id, b"id,name\n", name="r.json", media="application/json")
    result = Result(content, "", made_at="2011-01-01T00:00:00Z", release="", data="")
    desk, plans = Desk(begun=True, plan={"g2007": 1}, solved=result), {"joint": result}
    project = Project(siting=SitingWork(desk=desk), consolidation=ConsolidationWork(plans=plans))
    store.save(made.id, made.project, project, who=WHO)
    for command in (["site"], ["consolidate", "--joint"]):
        with pytest.raises(pytest.fail.Exception, match="searched: solve"):
            main([*command, "--project", "甲"])


@pytest.mark.parametrize(("more", "kind"), [([], "single"), (["--phases"], "phased"), (["--joint"], "joint")])
def test_a_plan_that_the_project_has_is_said_as_its_pages_say_it(capsys, monkeypatch, more, kind):
    no_search(monkeypatch)
    kept([], lambda _uses: Project(margin_m=200))
    main(["consolidate", "--project", "甲", *more, "--json"])
    said = capsys.readouterr()
    assert ANSWERED in said.err
    assert json.loads(said.out)["objective"] == pytest.approx(solved(f"consolidation_{kind}")["plan"]["objective"])


@pytest.mark.parametrize("more", [["--cap", "6900"], ["--time", "9"], ["--margin", "500"], ["--demand", "5600"]])
def test_a_plan_is_sought_anew_where_the_command_asks_for_another(monkeypatch, more):
    no_search(monkeypatch)
    kept([], lambda _uses: Project(margin_m=200))
    with pytest.raises(pytest.fail.Exception, match="searched: solve"):
        main(["consolidate", "--project", "甲", *more])


def test_a_table_and_a_layer_name_the_project(capsys):
    project = kept([], lambda _uses: Project(margin_m=300))
    main(["screen", "--project", "甲", "--csv"])
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.endswith(",项目和版本") and all(row.endswith(project.head[:12]) for row in rows)
    main(["screen", "--project", "甲", "--geojson"])
    assert json.loads(capsys.readouterr().out)["project"] == of(project)
    main(["screen", "--csv"])
    assert "项目和版本" not in capsys.readouterr().out


def test_a_report_on_older_plans_says_so_in_itself_and_beside_it(capsys, home):
    work = {
        "siting": SitingWork(wishes=SitingWishes(lines=3)),
        "consolidation": ConsolidationWork(decisions={"concrete-m010": "close"}),
    }
    kept([], lambda _uses: Project(**work))
    main(["report", "--project", "甲", "--format", "xlsx", "-o", str(home / "out")])
    said = capsys.readouterr().err.splitlines()
    assert OLDER_LINES in said and OLDER_PLAN in said
    (file,) = (home / "out").iterdir()
    rows = dict(row[:2] for row in openpyxl.load_workbook(file)["版本"].values)
    assert rows["须知"] == f"{OLDER_LINES} {OLDER_PLAN}"


@pytest.mark.slow
def test_consolidate_takes_decisions_and_settings_of_the_project(capsys):
    project = kept(
        [],
        lambda _uses: Project(
            consolidation=ConsolidationWork(
                wishes=ConsolidationWishes(gap_pct=30), decisions={"concrete-m010": "close", "concrete-m009": "retain"}
            )
        ),
    )
    found = printed(capsys, "consolidate", "--project", "甲", "--cap", "6900")
    actions = {one["plant_id"]: one["action"] for one in found["actions"]}
    assert found["project"] == of(project)
    assert "治理整合方案仍是改动之前的；求解之后改了：2 个站点的决定。" in found["warnings"]
    assert found["totals"][-1]["capacity"] <= 6900
    assert actions["concrete-m010"] in ("close", "merge") and actions["concrete-m009"] in ("retain", "upgrade")


def test_coverage_counts_the_projects_lines_once_they_are_the_planners_own(capsys):
    desk = Desk(begun=True, plan={"own": 2}, own={"own": (116.15, 39.65)})
    without = kept([], lambda _uses: Project(siting=SitingWork(desk=Desk(own=desk.own))))
    assert printed(capsys, "coverage", "--project", without.id)["rows"] == printed(capsys, "coverage")["rows"]
    store = open_store()
    there = store.save(without.id, without.project, Project(siting=SitingWork(desk=desk)), who=WHO)
    found = printed(capsys, "coverage", "--project", "甲")
    assert found["project"] == of(there)
    assert found["supply_count"] == printed(capsys, "coverage")["supply_count"] + 1


def test_lines_count_as_on_the_pages_in_the_order_of_the_candidates_but_those_that_the_settings_rule_out():
    own = {"mine": (116.15, 39.65), "centre": (116.4, 39.9)}
    desk = Desk(begun=True, plan={"mine": 1, "centre": 1, "g2007": 2}, own=own)
    found = of_project.given_by(Project(siting=SitingWork(desk=desk)), lambda _key: b"").sites
    assert found is not None and list(found["capacity"].items()) == [("g2007", 80), ("mine", 40)]


def test_a_report_names_the_project_on_its_sheet_of_versions(capsys, home):
    project = kept(["register_gcj02.csv"], lambda uses: Project(register=uses["register_gcj02.csv"]))
    main(["report", "--project", "甲", "--format", "xlsx", "-o", str(home / "out")])
    (file,) = (home / "out").iterdir()
    rows = list(openpyxl.load_workbook(file)["版本"].values)
    assert ("项目和版本", f"项目“甲”第 2 版，校验值 {project.head[:12]}") in rows
    assert ("项目校验值", project.head) in rows


def test_a_report_has_open_comments_where_it_is_told_to(capsys, home):
    asked = Comment(Target("station", "a", "甲站"), "证照齐吗？", "王", "2026-01-01T08:00:00+00:00")
    kept([], lambda _uses: Project(comments={"1": asked}))
    for extra, there in ([], False), (["--comments"], True):
        main(["report", "--project", "甲", "--format", "xlsx", "-o", str(home / "out"), *extra])
        (file,) = (home / "out").iterdir()
        assert ("未决批注" in openpyxl.load_workbook(file).sheetnames) == there
    assert main(["report", "--comments", "--format", "xlsx", "-o", str(home / "out")]) == 1
    assert "--comments 要与 --project 同用。" in capsys.readouterr().err


def test_a_report_takes_a_register_of_its_own(capsys, home):
    register = INPUT / "register_gcj02.csv"
    options = ["--plants", str(register), "--datum", "gcj02", "--format", "xlsx", "-o", str(home / "out")]
    assert main(["report", *options]) == 1  # a row of it is wrong, and is said
    (file,) = (home / "out").iterdir()
    head, *rows = openpyxl.load_workbook(file)["全部站点"].values
    names = {row[head.index("名称")] for row in rows}
    assert names and all(name in register.read_text("utf-8") for name in names)
    assert "项目和版本" not in [row[0] for row in openpyxl.load_workbook(file)["版本"].values]


@pytest.mark.parametrize("command", ["screen", "site", "consolidate", "coverage"])
def test_a_project_that_is_not_there_is_refused_in_words(command, capsys):
    assert main([command, "--project", "乙"]) == 1
    assert "没有叫“乙”的项目" in capsys.readouterr().err
