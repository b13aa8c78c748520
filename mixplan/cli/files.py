"""The planner's own files as arguments of a command: read, and what is to be said of them."""

import argparse
import sys
from pathlib import Path

import geopandas as gpd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.city.datums import Datum
from mixplan.registers.plants import load_plants, read_register_file
from mixplan.registers.points import complete_points, read_point_file


def given_plants(args: argparse.Namespace, warnings: list[str]) -> tuple[gpd.GeoDataFrame, int]:
    """The register of ``--plants``, the shipped one without it; and how many faults keep rows of it out.

    The first faults are printed, and how many more there are; what else is to be known of the file joins the warnings.
    """
    if args.plants is None:
        return load_plants(), 0
    datum = args.datum or Datum.WGS84
    register = read_register_file(Path(args.plants), datum=datum, default_location_error_m=args.location_error)
    if register.ignored:
        print(_("未识别的列，未采用：{columns}").format(columns=listed(register.ignored)), file=sys.stderr)
    for sentence in register.error_sentences:
        print(sentence, file=sys.stderr)
    if register.plants.empty:
        raise DataError(_("{file} 里没有一行可用。").format(file=register.name))
    warnings += register.notes
    return register.plants, len(register.errors)


def given_points(
    file: str, args: argparse.Namespace, warnings: list[str], *, column: str | None = None
) -> gpd.GeoDataFrame:
    """Points of a file of which every row must be right, see `read_points`; notes on the file join the warnings.

    Raises
    ------
    DataError
        Naming file, row, column, value and what is allowed, for every wrong row; and where there is no row at all.
    """
    found = read_point_file(Path(file), datum=args.datum, column=column)
    warnings += found.notes
    points = complete_points(found)
    if points.empty:
        raise DataError(_("{file} 里没有一行可用。").format(file=found.name))
    return points
