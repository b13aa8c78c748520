"""Kinds of plants and of sensitive areas, their states, and how well a plant is located."""

from collections import Counter
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mixplan.base.errors import DataError
from mixplan.base.files.columns import plain_header
from mixplan.base.files.reading import read_toml
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import DATA_DIR
from mixplan.base.problems import listed
from mixplan.base.records import CLOSED, Number, checked

# `proposed` is for planners' own sites; the shipped register has none.
INVENTORY, UNLICENSED, PROPOSED = "inventory_2010", "unlicensed", "proposed"
STATUSES = (INVENTORY, "later", UNLICENSED, "outside", "closed", PROPOSED)
COUNTED = (INVENTORY, PROPOSED)  # what the plan's totals, and what is to come, are made of
PRECISIONS = (
    "plant_point",
    "street_address",
    "village",
    "township_centre",
    "district_only",
    "unlocated",
    "modelled",
)

# A star is kept for new lines.
Shape = Literal["circle", "triangle", "square", "diamond", "pentagon", "hexagon"]


@dataclass(frozen=True, config=CLOSED)
class PlantKind:
    """One kind of plant: what it is called, counted by and drawn as."""

    id: str
    """Code in registers and results; it never changes."""
    name: str
    """Name in Chinese."""
    name_en: str
    """Name in English."""
    unit: Literal["wan_t", "wan_m3"]
    """Unit of its capacity: 万t or 万m³ a year."""
    words: tuple[str, ...]
    """What registers may write for it besides code and name."""
    shape: Shape
    """Shape of its mark on every map."""
    radius: Annotated[Number, Field(ge=3, le=12)]
    """Radius of its mark on the web map in pixels."""


@dataclass(frozen=True, config=CLOSED)
class AreaKind:
    """One kind of sensitive area."""

    id: str
    """Code in the layer and in the subjects of rules; it never changes."""
    name: str
    """Name in Chinese."""
    name_en: str
    """Name in English."""


@dataclass(frozen=True, config=CLOSED)
class KindFile:
    """The kinds as they are written in ``kinds.toml``."""

    plant_kind: tuple[PlantKind, ...]
    """Kinds of plants, in the order of lists and legends."""
    area_kind: tuple[AreaKind, ...]
    """Kinds of sensitive areas."""

    @cached_property
    def plant_kinds(self) -> Mapping[str, PlantKind]:
        """Kinds of plants by code."""
        return MappingProxyType({kind.id: kind for kind in self.plant_kind})

    @cached_property
    def area_kinds(self) -> Mapping[str, AreaKind]:
        """Kinds of sensitive areas by code."""
        return MappingProxyType({kind.id: kind for kind in self.area_kind})


@cache
def load_kinds(path: Path = DATA_DIR / "kinds.toml") -> KindFile:
    """Read the table of kinds.

    Raises
    ------
    DataError
        Naming the kind and the key that is missing, unknown or not allowed, or a code or word that stands twice.
    """
    tables = {"plant_kind": _("厂站类别"), "area_kind": _("敏感区类别")}
    kinds = checked(KindFile, read_toml(path), file=path.name, tables=tables)
    words = [word for kind in kinds.plant_kind for word in {plain_header(w) for w in (kind.id, kind.name, *kind.words)}]
    for table in (words, [kind.id for kind in kinds.area_kind]):
        if twice := [word for word, count in Counter(table).items() if count > 1]:
            raise DataError(
                _("{file} 中这些编号或说法属于不止一个类别：{words}。").format(file=path.name, words=listed(twice))
            )
    return kinds


def plant_kinds() -> Mapping[str, PlantKind]:
    """Kinds of plants by code, in the order of lists and legends."""
    return load_kinds().plant_kinds


def area_kinds() -> Mapping[str, AreaKind]:
    """Kinds of sensitive areas by code."""
    return load_kinds().area_kinds


def kind_spellings() -> dict[str, str]:
    """Code of each kind of plant by what a register may write for it."""
    return {word: kind.id for kind in load_kinds().plant_kind for word in (*kind.words, kind.name)}
