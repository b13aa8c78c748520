"""The report's map layers: a GeoPackage that QGIS opens styled, and GeoJSON."""

import geopandas as gpd
import pandas as pd
import shapely

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import ban_zones
from mixplan.coverage.words import as_table
from mixplan.handouts.geojson import geojson
from mixplan.handouts.qgis import qgis_style
from mixplan.handouts.report import Report
from mixplan.handouts.tables import version_table
from mixplan.plan.words import labelled
from mixplan.projects import geopackage
from mixplan.screening import verdicts


def report_layers(report: Report) -> dict[str, gpd.GeoDataFrame]:
    """Map layers of the report by name (metric CRS), the lowest first, attributes as plain columns."""
    layers = report.layers

    in_force = ban_zones.zones_in_force(layers.ban_zones, report.on)
    # One kind of geometry a layer: QGIS would split a mixed one and lose its style.
    size = shapely.get_dimensions(layers.sensitive_areas.geometry.to_numpy())
    sensitive = _named(layers.sensitive_areas, "id", "kind", "approximate", "accuracy_m")
    water = _named(layers.water, "id", "kind")
    found = {
        "districts": _named(layers.districts, "id", "area_km2"),
        "lakes": water[water["kind"] == "lake"],
        "rivers": water[water["kind"] == "river"],
        "sensitive_areas": sensitive[size == 2],
        "sensitive_lines": sensitive[size == 1],
        "sensitive_points": sensitive[size == 0],
        "ban_zones": _named(in_force, "id", "kind", "since", "approximate", "accuracy_m", "clause").merge(
            _shares(report), on="id", how="left", validate="1:1"
        ),
        "ring_roads": _named(layers.rings[layers.rings["feature"] == "centreline"], "ring", "accuracy_m"),
        "gaps": gpd.GeoDataFrame(report.covered.gaps.reset_index(drop=True)),
        "stations": _stations(report),
    }
    if report.sites is not None:
        sites = report.sites.reset_index()[["id", "name", "capacity", "year", "geometry"]]
        found["new_lines"] = gpd.GeoDataFrame(sites.rename(columns={"id": "site_id"}))
    return {name: frame for name, frame in found.items() if len(frame)}


def _named(frame: gpd.GeoDataFrame, *columns: str) -> gpd.GeoDataFrame:
    """A layer with its title in the reader's language and some of its columns, in types that every GIS reads."""
    rows = frame.drop(columns="geometry").to_dict("records")
    table = pd.DataFrame(frame[[c for c in columns if c in frame.columns]]).copy()
    for column in table.columns:
        if pd.api.types.is_datetime64_any_dtype(table[column]):
            table[column] = table[column].dt.strftime("%Y-%m-%d")
        elif pd.api.types.is_bool_dtype(table[column]):
            table[column] = table[column].astype(int)
    table.insert(0, "title", [local(row) for row in rows])
    return gpd.GeoDataFrame(table, geometry=frame.geometry, crs=frame.crs).reset_index(drop=True)


def _stations(report: Report) -> gpd.GeoDataFrame:
    """Located stations with verdict, reason and, where there is a plan, action."""
    located = report.plants[report.plants.geometry.notna()]
    table = report.stations.loc[located.index]
    points = pd.DataFrame(
        {
            "plant_id": table.index,
            "title": table["name"],
            "kind": table["kind"],
            "verdict": table["drawn"],
            "verdict_text": labelled(table["drawn"], verdicts.verdict_label),
            "reason": table["reason"],
            "district": table["district_shown"],
            "status": table["status"],
            "evidence": table["evidence"],
            "capacity": table["capacity"].astype(float),
            "location_error_m": table["location_error_m"].astype(float),
            "source": table["source"],
        }
    )
    if report.decisions is not None:
        points["action"] = report.decisions["action"].reindex(table.index).astype(object).fillna("")
    return gpd.GeoDataFrame(points, geometry=located.geometry, crs=located.crs).reset_index(drop=True)


def _shares(report: Report) -> pd.DataFrame:
    """Coverage of each zone, as the tables have it, by the zone's id."""
    columns = [
        "id",
        "area_share",
        "area_share_low",
        "area_share_high",
        "demand",
        "demand_share",
        "served_share",
        "nearest_km",
    ]
    return as_table(report.covered.result)[columns].assign(radius_km=report.covered.result.radius_km)


def geojson_files(report: Report) -> dict[str, bytes]:
    """The layers as GeoJSON in WGS-84 degrees, by layer name."""
    return {name: geojson(frame, origin=report.stamp.origin).encode() for name, frame in report_layers(report).items()}


def notes(report: Report) -> list[tuple[str, str]]:
    """What the plain table beside the layers says: project, versions, hash."""
    rows = [(str(key), str(value)) for key, value in version_table(report).itertuples(index=False)]
    return [*rows, (_("示意图"), _("示意图，不作为划界依据"))]


def gpkg_bytes(report: Report) -> bytes:
    """The layers as one GeoPackage, styled for QGIS with the maps' own colours."""
    layers = report_layers(report)
    return geopackage.geopackage(layers, {name: qgis_style(name) for name in layers}, notes(report))
