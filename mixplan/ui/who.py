"""Who works at this page, by name: for the trail, and so that each undoes what is their own."""

import ipaddress
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from mixplan.base.errors import DataError
from mixplan.projects import people
from mixplan.projects.home import user_name
from mixplan.projects.people import Planner
from mixplan.ui import login, planner
from mixplan.ui.session import PERSON


def me() -> Planner:
    """The planner at this page as far as the database knows, which is asked once a session."""
    known = PERSON.get()
    if known is None:
        try:
            known = people.person(_key())
        except DataError:  # whatever stands in the way is told where the project is looked up
            return Planner()
        PERSON.put(known)
    person = login.person()
    return replace(known, name=person.name or person.identity) if person.identity else known


def _key() -> str:
    """By what the database knows the planner again: the login, else what the browser keeps."""
    return login.person().identity or planner.planner_id()


def who() -> str:
    """The name that changes are kept under: the login's, the planner's own, the computer's user's, or a guest's."""
    return login.person().signs(me().name or _unnamed())


def before() -> str:
    """The name that changes were kept under before the planner gave one; empty where they had none but their own."""
    return "" if login.person().identity or not me().name else _unnamed()


def give_name(name: str) -> None:
    """Go by a name from now on, today in this tab and from the next session on in every one of this browser.

    Raises
    ------
    DataError
        Where it cannot be a name, or cannot be kept.
    """
    PERSON.put(people.give_name(_key(), name))


def has_open(project_id: str) -> None:
    """Remember what the planner has open, for the next day."""
    if project_id and not login.person().only and me().project != project_id:
        with suppress(DataError):  # the next change says so
            PERSON.put(people.remember(_key(), project_id))


def _unnamed() -> str:
    if not _at_the_server():
        return "访客 " + people.sign(planner.planner_id())  # the same in every language: it stands in the trail
    return user_name()


def _at_the_server() -> bool:
    """Whether the browser is on the server's own computer: it calls that by a name that leads nowhere else."""
    host = st.context.headers.get("Host", "localhost")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        return name == "localhost" or ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
