"""Facts about the city that are no rule and no outline: where it lies, its rings by number, former districts, views."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StrictInt, field_validator, model_validator
from pydantic.dataclasses import dataclass

from mixplan.base.files.reading import read_toml
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import DATA_DIR
from mixplan.base.records import CLOSED, Number, checked

Box = tuple[Number, Number, Number, Number]
Longitude = Annotated[Number, Field(ge=-180, le=180)]
Latitude = Annotated[Number, Field(ge=-90, le=90)]


@dataclass(frozen=True, config=CLOSED)
class Ring:
    """Where a plant lies among the ring roads."""

    number: Annotated[StrictInt, Field(ge=0, le=99)]
    """Smallest ring road that contains the plant; 0 outside all of them."""
    place: str
    """The place in Chinese."""
    place_en: str
    """The place in English."""


@dataclass(frozen=True, config=CLOSED)
class FormerDistrict:
    """A district that has become part of another one."""

    name: str
    """Name in Chinese."""
    name_en: str
    """Name in English."""
    now: str
    """Code of the district that it is part of."""
    note: str
    """Since when."""


@dataclass(frozen=True, config=CLOSED)
class View:
    """Where a map looks."""

    id: str
    """Step of the briefing."""
    lat: Latitude
    """Latitude of the map's middle."""
    lon: Longitude
    """Longitude of the map's middle."""
    zoom: Annotated[Number, Field(ge=7, le=17)]
    """Zoom level; on a high screen the map comes half a level closer."""


@dataclass(frozen=True, config=CLOSED)
class City:
    """The city as it is written in ``city.toml``."""

    region: Box
    """West, south, east and north in degrees: coordinates outside of this are not believed."""
    first_view: Box
    """West, south, east and north in degrees of what maps show first."""
    small_district_km2: Annotated[Number, Field(ge=0)]
    """Districts up to this size are named only when the map is zoomed in."""
    centre_ring: StrictInt
    """The ring road round the city centre."""
    outer_ring: StrictInt
    """The outermost ring road."""
    ring: tuple[Ring, ...]
    """Places among the ring roads, innermost first."""
    former_district: tuple[FormerDistrict, ...]
    """Districts that registers still name."""
    view: tuple[View, ...]
    """Where the map looks in each step of the briefing."""

    @field_validator("region", "first_view")
    @classmethod
    def _a_box(cls, box: Box) -> Box:
        west, south, east, north = box
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError(
                _("范围 {box} 不可用：依次为西、南、东、北界，以度计，西小于东，南小于北。").format(box=list(box))
            )
        return box

    @model_validator(mode="after")
    def _rings_are_named(self) -> "City":
        numbers = [ring.number for ring in self.ring]
        if len(set(numbers)) < len(numbers) or 0 not in numbers:
            raise ValueError(
                _("[[ring]] 的 number 是 {known}；应各不相同，并有 0（全部环路以外）。").format(
                    known=_("、").join(map(str, numbers))
                )
            )
        for role, wanted in {"centre_ring": self.centre_ring, "outer_ring": self.outer_ring}.items():
            if wanted not in numbers or not 0 < wanted <= self.outer_ring:
                raise ValueError(
                    _("{role} 是 {value}，应为 [[ring]] 中的一个环路，且不大于 outer_ring；现有：{known}。").format(
                        role=role, value=wanted, known=_("、").join(map(str, numbers))
                    )
                )
        return self


@cache
def load_city(path: Path = DATA_DIR / "city.toml") -> City:
    """Read the facts about the city.

    Raises
    ------
    DataError
        Naming the row and the key that is missing, unknown or not allowed.
    """
    tables = {"ring": _("环路"), "former_district": _("旧区县"), "view": _("视图")}
    return checked(City, read_toml(path), file=path.name, tables=tables)
