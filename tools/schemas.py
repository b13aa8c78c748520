"""Write the JSON Schemas by which an editor completes and checks the data files.

``python tools/schemas.py`` writes ``data/schemas/``; then run ``python tools/build_data.py --descriptor``.
``python tools/schemas.py --check`` changes nothing and fails where a schema is not what the program reads.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from mixplan.plan.city import City
from mixplan.plan.kinds import KindFile
from mixplan.plan.rules import RuleFile
from mixplan.screening.measures import MEASURES

FOLDER = Path(__file__).resolve().parents[1] / "data" / "schemas"


def _schema(model: Any) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(model).json_schema()


# The record that describes each file.
RECORDS = {"rules": RuleFile, "kinds": KindFile, "city": City}


def texts() -> dict[str, str]:
    """The text of each schema by file name."""
    schemas = {name: _schema(record) for name, record in RECORDS.items()}
    # What measures there are, only screening knows.
    schemas["rules"]["$defs"]["Rule"]["properties"]["measure"]["enum"] = list(MEASURES)
    return {
        f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in schemas.items()
    }


def main(argv: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Write the JSON Schemas of the data files.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail where a schema is out of date")
    check = parser.parse_args(argv).check
    stale = 0
    for name, text in texts().items():
        path = FOLDER / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if check:
            print(f"{name} is out of date: run python tools/schemas.py", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
