"""Projects that tests bring to a page: kept in the tests' own store, opened by the page's address."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from streamlit.testing.v1 import AppTest

from mixplan.city.datums import Datum
from mixplan.projects.project import FileUse, Path, Project, with_at
from mixplan.projects.store import open_store


def kept(
    project: Project | None = None,
    *,
    register: bytes | None = None,
    name: str = "登记册.csv",
    files: Mapping[Path, tuple[bytes, str]] | None = None,
) -> str:
    """Id of a project that is kept from now on.

    Parameters
    ----------
    register : bytes, optional
        The planner's own register, in WGS-84, of the name given.
    files : mapping of (bytes, str), optional
        Further files with their names, by where the project has them.
    """
    store = open_store()
    made = store.create("试验", Project(), who="测试")
    wanted = Project() if project is None else project

    def file(content: bytes, called: str) -> FileUse:
        return FileUse(store.put_content(made.id, content, name=called, media="text/csv"), called)

    if register is not None:
        use = replace(file(register, name), datum=Datum.WGS84.value, location_error_m=50)
        wanted = replace(wanted, register=use)
    for path, (content, called) in (files or {}).items():
        wanted = with_at(wanted, path, file(content, called))
    store.save(made.id, Project(), wanted, who="测试")
    return made.id


def work_of(page: AppTest) -> Project:
    """The project that a page works on, as it is kept."""
    found: Any = page.query_params["project"]
    return open_store().load(found[0] if isinstance(found, list) else found).project
