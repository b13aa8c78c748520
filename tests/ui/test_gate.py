"""To which page a login leads on, and what of secrets.toml lets whom in."""

import pytest

from mixplan.projects.access import NOBODY
from mixplan.projects.department import department
from mixplan.ui.gate import is_here

AUTH = {"cookie_secret": "0" * 64}
NOW = 1_000_000.0


@pytest.mark.parametrize("address", ["/", "/siting?project=x", "/targets?year=2013&lang=en"])
def test_a_login_leads_to_the_page_that_was_wanted(address):
    assert is_here(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\r\nSet-Cookie: x",
        "evil",
    ],
)
def test_a_login_leads_nowhere_else(address):
    assert not is_here(address)


def test_without_a_login_in_secrets_there_is_none():
    assert not department({}).on and not department({"tiles": {}}).on


@pytest.mark.parametrize(
    "secrets",
    [
        {"auth": {"cookie_secret": "short"}, "access": {"admin": ["a@x"]}},
        {"auth": AUTH, "access": {"admins": ["a@x"]}},
        {"auth": AUTH, "access": {"admin": "a@x"}},
        {"auth": AUTH, "access": {"admin": ["a@x"], "groups": {"x": "chief"}}},
        {"auth": AUTH, "access": {"admin": ["a@x"], "login_hours": "long"}},
        {"access": {"admin": ["a@x"]}},
        {"auth": "x"},
    ],
)
def test_what_cannot_be_understood_lets_nobody_in(secrets):
    found = department(secrets)
    assert found.on and found.problem
    assert found.person({"email": "a@x"}, now=NOW) == NOBODY


ACCESS = {"planner": ["Li@x", "both@x"], "admin": ["both@x"], "role_claim": "groups", "groups": {"g": "reviewer"}}


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"email": "LI@X"}, "planner"),
        ({"email": "both@x"}, "admin"),
        ({"email": "new@x", "groups": ["g", "other"]}, "reviewer"),
        ({"email": "new@x", "groups": "viewer"}, "viewer"),
        ({"email": "li@x", "groups": ["viewer"]}, "planner"),
        ({"email": "new@x", "groups": ["nobody", "other"]}, "nobody"),
        ({"email": "li@x", "email_verified": False}, "nobody"),
        ({"email": "li@x", "iat": NOW - 13 * 3600}, "nobody"),
        ({"email": "li@x", "iat": NOW - 11 * 3600}, "planner"),
        ({"name": "li@x", "groups": ["g"]}, "nobody"),
        ({"email": "li@x\n", "groups": []}, "planner"),
        ({"email": "l\u202ei@x", "groups": ["g"]}, "nobody"),
    ],
)
def test_the_role_follows_from_claim_and_lists(claims, role):
    assert department({"auth": AUTH, "access": ACCESS}).person(claims, now=NOW).role == role


def test_a_name_cannot_look_like_another_login():
    person = department({"auth": AUTH, "access": ACCESS}).person({"email": "li@x", "name": "王五 <wang@x>"}, now=NOW)
    assert person.signs("") == "王五 wang@x <li@x>"
