"""Who works here is named once: the next session and another tab of the same browser know it, and the project too."""

import getpass
from types import SimpleNamespace

import pytest
from routed import routed
from streamlit.testing.v1 import AppTest

from mixplan.projects import Project, open_store, people
from mixplan.projects.database import database
from mixplan.ui import who

pytestmark = pytest.mark.usefixtures("home")


def page(planner: str, at: str = "", name: str = "projects") -> AppTest:
    """A new session of a planner's browser."""
    found = routed(name)
    found.session_state["planner"] = planner
    if at:
        found.query_params["project"] = at
    found.run()
    assert not found.exception, [one.value for one in found.exception]
    return found


def made(name: str = "甲") -> str:
    return open_store().create(name, Project(), who="测试").id


def name_of(found: AppTest, name: str) -> AppTest:
    return found.text_input(key="who_name").set_value(name).run()


def at_hand(found: AppTest) -> str:
    return found.session_state["work"].id if "work" in found.session_state else ""


def test_who_looks_only_leaves_nothing_in_the_database():
    page("a" * 32)
    assert not database().made()


def test_whoever_is_not_named_changes_as_the_computers_user():
    id = made()
    found = page("a" * 32, at=id)
    found.session_state[f"menu_{id}"] = True
    found.run().button(key=f"copy_{id}").click().run()
    assert open_store().listed()[0].created_by == getpass.getuser()


def test_a_name_that_was_given_stands_in_the_trail_and_is_known_the_next_day():
    id = made()
    name_of(page("a" * 32), "王工")
    found = page("a" * 32)
    assert found.text_input(key="who_name").value == "王工"
    found.session_state[f"menu_{id}"] = True
    found.run().button(key=f"archive_{id}").click().run()
    assert open_store().trail(id)[-1].who == "王工"


def test_one_planners_name_is_not_anothers():
    name_of(page("a" * 32), "王工")
    assert page("b" * 32).text_input(key="who_name").value == ""


def test_a_name_that_cannot_be_is_told_and_not_taken():
    found = name_of(page("a" * 32), "王\t工")
    assert "看不见的字符" in " ".join(one.value for one in found.error)
    assert people.person("a" * 32).name == ""


def test_the_next_day_begins_with_the_project_of_the_last():
    id = made()
    page("a" * 32, at=id)
    assert at_hand(page("a" * 32)) == id
    assert at_hand(page("b" * 32)) == ""


@pytest.mark.parametrize("gone", ["archive", "delete"])
def test_what_was_put_aside_meanwhile_is_not_opened(gone):
    id = made()
    page("a" * 32, at=id)
    getattr(open_store(), gone)(id, who="测试")
    found = page("a" * 32)
    assert at_hand(found) == "" and not found.warning and not found.error


def test_a_project_that_was_erased_is_not_missed():
    id = made()
    page("a" * 32, at=id)
    open_store().delete(id, who="测试")
    open_store().erase(id)
    found = page("a" * 32)
    assert at_hand(found) == "" and not found.warning and not found.error


def test_the_database_has_no_name_that_a_browser_keeps():
    name_of(page("a" * 32), "王工")
    with database().reading() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM people").all()
    assert "a" * 32 not in row and "王工" in row


@pytest.mark.parametrize(
    ("host", "at_the_server"),
    [
        ("localhost:8501", True),
        ("127.0.0.1:8501", True),
        ("[::1]:8501", True),
        ("localhost", True),
        ("10.1.2.3:8501", False),
        ("mixplan.bj.cn", False),
        ("127.0.0.1.evil.cn:80", False),
    ],
)
def test_only_a_browser_on_the_servers_computer_goes_by_its_user(monkeypatch, host, at_the_server):
    monkeypatch.setattr(who.st, "context", SimpleNamespace(headers={"Host": host}))
    monkeypatch.setattr(who.planner, "planner_id", lambda: "c" * 32)
    monkeypatch.setattr(who, "me", people.Planner)
    assert (who.who() == getpass.getuser()) == at_the_server
    if not at_the_server:
        assert who.who() == "访客 " + people.sign("c" * 32)
