"""Rebuild data/ from tools/inputs and the registry packages.

The same inputs and locked packages give the same bytes: sorted features, coordinates rounded to 1e-6 degree, a fixed
seed, no time stamps. What each file holds, and every assumption, is in docs/method.md.

Usage: python tools/build_data.py [--out DIR] [--descriptor]
"""

import argparse
import sys
from pathlib import Path

import shapely
from mixdata import background, demand, package, plants, sensitive, zones
from mixdata.common import write_csv, write_geojson

ROOT = Path(__file__).resolve().parents[1]


def build(out: Path) -> None:
    """Write every file that this script owns, then the descriptor of all files found beside them."""
    geo = out / "geo"
    districts = background.districts()
    shapes = background.district_shapes(districts)
    rings = zones.ring_roads()
    bans = zones.ban_zones(rings)
    water = background.water()
    yizhuang = next(item for item in bans if item["properties"]["id"] == "new_town_yizhuang_2010")
    towns = background.towns(shapes, shapely.geometry.shape(yizhuang["geometry"]))
    bridges = background.interchanges()
    areas, unmapped = sensitive.areas(shapes)
    write_geojson(geo / "districts.geojson", districts)
    write_geojson(geo / "ring_roads.geojson", rings)
    note = {"note": zones.GOVERNMENT_NOTE, "note_en": zones.GOVERNMENT_NOTE_EN}
    write_geojson(geo / "ban_zones.geojson", bans, **note)
    write_geojson(geo / "water.geojson", water)
    write_geojson(geo / "towns.geojson", towns)
    write_geojson(geo / "interchanges.geojson", bridges)
    write_geojson(geo / "sensitive_areas.geojson", areas)
    write_csv(out / "sensitive_areas_unmapped.csv", sensitive.UNMAPPED_COLUMNS, unmapped)
    write_csv(out / "plants.csv", plants.COLUMNS, plants.register(shapes, rings, towns, bridges, water))
    write_csv(out / "demand.csv", demand.COLUMNS, demand.points(shapes, bans, towns, water))
    package.write_descriptor(out)


def main(argv: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Rebuild data/ from tools/inputs and the registry packages.")
    parser.add_argument("--out", type=Path, default=ROOT / "data", help="folder to write to (default: data/)")
    parser.add_argument("--descriptor", action="store_true", help="refresh datapackage.json only")
    options = parser.parse_args(argv)
    if options.descriptor:
        package.write_descriptor(options.out)
    else:
        build(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
