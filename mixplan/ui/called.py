"""What the ids in a project are called: its stations, scenarios and steps, and what its comments are pinned to."""

from mixplan.base.errors import MixplanError
from mixplan.handouts.story import STEPS, step_label
from mixplan.projects.comments import target_label
from mixplan.ui import shared, work


def called(id: str) -> str:
    """Name of a station of the register in use, of a district, of a scenario, of a step of the story, or of what a
    comment is pinned to; else the id.
    """
    project = work.at_hand().project
    if id in project.scenarios:
        return project.scenarios[id].name
    if id in project.comments:
        return target_label(project.comments[id].target)
    if id in STEPS:
        return step_label(id)
    try:
        plants, _version = shared.register()
    except MixplanError:  # said where the page shows stations
        return id
    return str(plants.at[id, "name"]) if id in plants.index else shared.district_names().get(id, id)
