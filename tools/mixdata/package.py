"""The descriptor of the data package: what every file is, where it comes from, and its hash."""

import csv
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from mixdata.common import INPUTS

DESCRIPTOR = "datapackage.json"
MEDIATYPES = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "json": "application/schema+json",
    "toml": "application/toml",
}


def _fields(spec: dict[str, Any], titles: dict[str, str], path: Path) -> list[dict[str, Any]]:
    """Declared fields, or for a table written elsewhere the header on disk with the titles known here."""
    if "fields" in spec:
        keys = ("name", "type", "title", "description")
        return [dict(zip(keys, field, strict=False)) for field in spec["fields"]]
    if path.suffix != ".csv":
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    numbers = spec.get("number_fields", [])
    integers = spec.get("integer_fields", [])
    return [
        {
            "name": name,
            "type": "number" if name in numbers else "integer" if name in integers else "string",
            **({"title": titles[name]} if name in titles else {}),
        }
        for name in header
    ]


def resource(name: str, spec: dict[str, Any], licences: dict[str, str], titles: dict[str, str], out: Path) -> Any:
    """One resource of the descriptor, with the size and hash of the file as it is on disk."""
    path = out / spec["path"]
    content = path.read_bytes()
    form = path.suffix.removeprefix(".")
    entry: dict[str, Any] = {
        "name": name,
        "path": spec["path"],
        "title": spec["title"],
        "title_en": spec["title_en"],
        "description": spec["description"],
        "description_en": spec["description_en"],
        "format": form,
        "mediatype": spec.get("mediatype", MEDIATYPES[form]),
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "sources": [{"title": title} for title in spec["sources"]],
        "licenses": [{"name": key, "title": licences[key]} for key in spec["licences"]],
        "crs": spec.get("crs"),
        "accuracy": spec.get("accuracy"),
    }
    if form == "json":
        entry["type"] = "json"  # a JSON Schema is not taken for the schema of a table
    entry = {key: value for key, value in entry.items() if value is not None}
    fields = _fields(spec, titles, path)
    if fields:
        entry["schema"] = {"fields": fields, "missingValues": [""]}
        if "primary_key" in spec:
            entry["schema"]["primaryKey"] = spec["primary_key"]
    return entry


def descriptor(out: Path) -> dict[str, Any]:
    """The whole descriptor; declared files that are not there yet are left out."""
    meta = tomllib.loads((INPUTS / "resources.toml").read_text(encoding="utf-8"))
    package = meta["package"]
    resources = [
        resource(name, spec, meta["licences"], meta["titles"], out)
        for name, spec in meta["resources"].items()
        if (out / spec["path"]).is_file()
    ]
    return {
        "name": package["name"],
        "title": package["title"],
        "title_en": package["title_en"],
        "description": package["description"],
        "description_en": package["description_en"],
        "version": package["version"],
        "licenses": [{"name": key, "title": meta["licences"][key]} for key in package["licences"]],
        "resources": resources,
    }


def write_descriptor(out: Path) -> None:
    """Write datapackage.json for the files now in a folder."""
    text = json.dumps(descriptor(out), ensure_ascii=False, indent=2) + "\n"
    (out / DESCRIPTOR).write_text(text, encoding="utf-8", newline="\n")
