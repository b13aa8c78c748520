"""Branches of a project: begun, renamed, taken away, or taken over as the project's own work.

Each is one change of the whole project, the project as it is and its branches, so that it can be taken back as one.
"""

from dataclasses import fields, replace

from mixplan.projects.project import Project, Scenario, Work, in_scenario

LONGEST_NAME = 40


def work_of(project: Project, branch: str) -> Work:
    """What is in use, set, decided and solved in a branch; with an empty id in the project itself."""
    work = in_scenario(project, branch)
    return Work(**{one.name: getattr(work, one.name) for one in fields(Work)})


def begun(project: Project, branch: str, name: str, work: Work) -> Project:
    """The project with one branch more.

    Parameters
    ----------
    branch : str
        Id of the new one.
    work : Work
        What it begins with.
    """
    scenario = Scenario(free_name(project, name), work)
    return replace(project, scenarios={**project.scenarios, branch: scenario})


def renamed(project: Project, branch: str, name: str) -> Project:
    """The project with another name for a branch; an empty name changes nothing."""
    old, new = project.scenarios[branch], tidied(name)
    if new in ("", old.name):
        return project
    scenario = replace(old, name=free_name(project, new))
    return replace(project, scenarios={**project.scenarios, branch: scenario})


def without(project: Project, branch: str) -> Project:
    """The project without a branch, which no longer stands among what is compared."""
    left = {key: one for key, one in project.scenarios.items() if key != branch}
    columns = tuple(column for column in project.comparison.columns if column != branch)
    return replace(project, scenarios=left, comparison=replace(project.comparison, columns=columns))


def adopted(project: Project, branch: str) -> Project:
    """The project with a branch's work as its own; the branch stays."""
    return in_scenario(project, branch)


def tidied(name: str) -> str:
    """A name as a branch can have it: what can be seen of it, as far as there is room."""
    return "".join(filter(str.isprintable, name)).strip()[:LONGEST_NAME]


def free_name(project: Project, name: str) -> str:
    """A name that no branch has yet: the one given, or with a number behind it."""
    wanted, taken = tidied(name), {one.name for one in project.scenarios.values()}
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted} {number}", number + 1
    return found
