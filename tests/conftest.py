"""Shared fixtures: the shipped layers, rules and register, and an empty register."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from mixplan.base.i18n import set_language
from mixplan.city.layers import Layers, load_layers
from mixplan.plan.rules import RuleBook, load_rules
from mixplan.registers.plants import COLUMNS, load_plants, read_register

# How long an example takes depends on what else the machine does, so no property fails for being slow; and every run
# tries the same examples.
settings.register_profile("mixplan", deadline=None, derandomize=True)
settings.load_profile("mixplan")


# Folders whose files share what is dear to make, those that take longest, and the one whose tests mostly wait.
TOGETHER = ("handouts",)
FIRST = ("handouts", "ui", "cli", "consolidation", "siting", "jobs")
WAITING = "e2e"


def _folder(path: str) -> str:
    return path.removeprefix("tests/").split("/")[0]


class SharingScheduling(LoadScopeScheduling):
    """Where tests run in several processes, those of one file or folder run in one: they share what it computed.

    One process drives the browser while the others compute; whoever has nothing left takes what there is.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        return _folder(path) if _folder(path) in TOGETHER else path

    def _assign_work_unit(self, node: WorkerController) -> None:
        drives = node is next(iter(self.registered_collections))
        own = [scope for scope in self.workqueue if (_folder(scope) == WAITING) == drives]
        self.workqueue.move_to_end(own[0] if own else next(iter(self.workqueue)), last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharingScheduling:
    """Hand out tests by what they share."""
    return SharingScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process for each core that computes, and one for the browser."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process ends long after the others."""
    rank = {folder: number for number, folder in enumerate(FIRST)}
    count = Counter(item.path for item in items)
    items.sort(key=lambda item: (rank.get(_folder(item.nodeid), len(FIRST)), -count[item.path]))


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture(autouse=True)
def _no_database_stays_open() -> Iterator[None]:
    """Each test has a home folder of its own, and a process may have only so many files open."""
    yield
    if database := sys.modules.get("mixplan.projects.database"):
        database.close_all()


@pytest.fixture(scope="session")
def layers() -> Layers:
    return load_layers()


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return load_rules()


@pytest.fixture(scope="session")
def plants() -> gpd.GeoDataFrame:
    return load_plants()


@pytest.fixture
def empty_register() -> gpd.GeoDataFrame:
    header = ",".join(column.code for column in COLUMNS)
    return read_register((header + "\n").encode(), "empty.csv").plants
