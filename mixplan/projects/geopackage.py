"""A GeoPackage with layers and their styles."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import pandas as pd
import pyogrio

from mixplan.base.files.writing import workroom

_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT,
    styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
    description TEXT, owner TEXT, ui TEXT, update_time DATETIME
)
"""
# The file change counter, and the one for which the library's version holds (SQLite's file format).
_COUNTERS = (24, 92)
_FIXED = "2011-01-01T00:00:00.000Z"


def geopackage(
    layers: Mapping[str, gpd.GeoDataFrame],
    styles: Mapping[str, str],
    notes: Sequence[tuple[str, str]],
    *,
    also: Callable[[sqlite3.Connection], None] | None = None,
) -> bytes:
    """Layers as one GeoPackage whose styles QGIS applies by itself; the same layers give the same bytes.

    Parameters
    ----------
    layers : mapping
        Layer name to frame, in the order in which they are listed.
    styles : mapping
        Layer name to QGIS style (QML).
    notes : sequence of (str, str)
        Rows of a plain table ``notes``: sources, versions, hash.
    also : callable, optional
        Puts tables of its own into the file, which no GIS lists.
    """
    with workroom() as folder:
        file = folder / "report.gpkg"
        for name, frame in layers.items():
            pyogrio.write_dataframe(frame, file, layer=name, driver="GPKG")
        pyogrio.write_dataframe(pd.DataFrame(notes, columns=["item", "value"]), file, layer="notes", driver="GPKG")
        connection = sqlite3.connect(file, isolation_level=None)
        try:
            connection.execute(_STYLES)
            connection.executemany(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
                " styleQML, useAsDefault, owner, update_time) VALUES ('', '', ?, 'geom', ?, ?, 1, '', ?)",
                [(name, name, style, _FIXED) for name, style in styles.items()],
            )
            connection.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
                " VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
                (_FIXED,),
            )
            connection.execute("UPDATE gpkg_contents SET last_change = ?", (_FIXED,))
            if also is not None:
                connection.execute("BEGIN")
                also(connection)
                connection.execute("COMMIT")
            connection.execute("VACUUM")
        finally:
            connection.close()
        return _with_fixed_counters(file.read_bytes())


def _with_fixed_counters(content: bytes) -> bytes:
    """The same database with one number of changes, as SQLite keeps it in two places of the head.

    How often GDAL writes depends on the clock: one table more is stamped when a second has just begun.
    """
    fixed = bytearray(content)
    for place in _COUNTERS:
        fixed[place : place + 4] = (1).to_bytes(4, "big")
    return bytes(fixed)
