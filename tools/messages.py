"""Keep the English catalogue in step with the Chinese messages in the source.

``python tools/messages.py`` extracts the messages, updates ``mixplan.po`` and compiles ``mixplan.mo``.
``python tools/messages.py --check`` changes nothing and fails on a missing, unused or uncompiled message.
"""

import argparse
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "mixplan" / "locale" / "en" / "LC_MESSAGES" / "mixplan.po"
SOURCES = ("app.py", "pages", "mixplan")
KEYWORDS = {"_": None, "N_": None}
# Fixed, so that the catalogue changes only where a message does.
DATE = datetime(2026, 11, 23, tzinfo=UTC)


def extract(root: Path = ROOT) -> Catalog:
    """Chinese messages found in the source, with the files that use them."""
    template = Catalog(charset="utf-8")
    method = [("**.py", "python")]
    for source in SOURCES:
        path = root / source
        directory = path if path.is_dir() else path.parent
        for name, line, message, comments, context in extract_from_dir(directory, method, keywords=KEYWORDS):
            where = (directory / name).relative_to(root).as_posix()
            if path.is_dir() or where == source:
                del line  # line numbers would change the catalogue with every edit
                template.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return template


def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """The English catalogue, empty where there is none yet."""
    if not path.exists():
        return Catalog(locale="en", charset="utf-8", project="mixplan", version="0.1")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def problems(root: Path = ROOT) -> list[str]:
    """What keeps the English interface from being complete, a sentence each."""
    catalogue, template = read_catalogue(), extract(root)
    known = {m.id: m for m in catalogue if m.id}
    wanted = {m.id for m in template if m.id}
    found = [f"not in the catalogue: {message}" for message in sorted(wanted - known.keys())]
    found += [f"in the catalogue but not used: {message}" for message in sorted(known.keys() - wanted)]
    found += [f"no English text: {i}" for i, m in sorted(known.items()) if not m.string]
    found += [f"fuzzy: {i}" for i, m in sorted(known.items()) if m.fuzzy]
    mo = CATALOGUE.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(catalogue):
        found.append(f"{mo.name} is not compiled from {CATALOGUE.name}")
    return found


def update() -> list[str]:
    """Bring the catalogue and its compiled form up to date; returns the messages that lack an English text."""
    catalogue, template = read_catalogue(), extract()
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# English messages of mixplan"
    catalogue.creation_date = catalogue.revision_date = DATE
    catalogue.fuzzy = False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "mixplan"
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(read_catalogue()))
    return [str(m.id) for m in catalogue if m.id and not m.string]


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where something is missing")
    found = problems() if parser.parse_args().check else update()
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
