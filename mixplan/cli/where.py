"""The command ``mixplan where``: a place's district, ring and the areas around it."""

import argparse

import numpy as np

from mixplan.base.errors import MixplanError
from mixplan.base.files.jsontext import json_text
from mixplan.base.i18n import gettext as _
from mixplan.city.datums import DATUMS, to_wgs84
from mixplan.city.layers import load_layers
from mixplan.city.places import where
from mixplan.city.rings import OUTSIDE_RINGS, ring_label
from mixplan.cli.arguments import add_output, day, number, put_out
from mixplan.plan.city import load_city
from mixplan.plan.rules import load_rules
from mixplan.registers.located import place_error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``where`` takes."""
    end = load_rules().period_end
    parser.add_argument("lon", type=number, metavar="LON")
    parser.add_argument("lat", type=number, metavar="LAT")
    parser.add_argument("--datum", choices=DATUMS, default="wgs84", help=_("坐标系"))
    parser.add_argument(
        "--date", type=day, default=end, help=_("按哪一天的区划名称和禁现区（默认 {day}）").format(day=end)
    )
    parser.add_argument("--json", action="store_true")
    add_output(parser, "json")


def run(args: argparse.Namespace) -> int:
    """Print where a place lies."""
    with np.errstate(all="ignore"):  # impossible coordinates are refused below, in words
        lon, lat = (float(v[0]) for v in to_wgs84([args.lon], [args.lat], args.datum))
    west, south, east, north = load_city().region
    if not (west <= lon <= east and south <= lat <= north):
        problem = place_error(0, args.lon, args.lat, args.datum).message
        raise MixplanError(
            _("坐标 {lon:.10g}, {lat:.10g} 不可用：{problem}。").format(lon=args.lon, lat=args.lat, problem=problem)
        )
    place = where(lon, lat, load_layers(), load_rules(), on=args.date)
    if args.json:
        put_out(args, json_text(place))
        return 0
    ring = ring_label(place["ring"] or OUTSIDE_RINGS)
    district = place["district"] or _("北京市以外")
    print(f"{lon:.6f}, {lat:.6f} (WGS-84) · {district} · {ring}")
    for ring_number, at in place["rings"].items():
        side = _("内") if at["inside"] else _("外")
        print(
            _("  {ring} 环路：{side}，距 {metres:,.0f} m").format(
                ring=ring_number, side=side, metres=abs(at["distance_m"])
            )
        )
    for title, near in ((_("禁现区"), place["ban_zones"]), (_("环境敏感区（最近五处）"), place["sensitive_areas"][:5])):
        print(title)
        for row in near:
            side = _("内") if row["inside"] else _("外")
            text = _("  {name}：{side}，距 {metres:,.0f} m，精度 {accuracy:,.0f} m")
            print(text.format(name=row["name"], side=side, metres=abs(row["distance_m"]), accuracy=row["accuracy_m"]))
    return 0
