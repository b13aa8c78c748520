"""The rules of CONTRIBUTING.md, kept by reading the source."""

import ast
import importlib
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from mixplan.maps import style
from mixplan.plan.kinds import STATUSES
from mixplan.plan.rules import load_rules
from mixplan.screening.measures import MEASURES

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "mixplan").rglob("*.py"))
PAGES = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]
UI = ROOT / "mixplan" / "ui"
# A package may import those above it only.
ORDER = [
    "base",  # errors, language, numbers, files
    "plan",  # rules, figures, kinds, words
    "city",  # coordinates, layers, places, hauls
    "registers",  # what planners bring
    "screening",
    "coverage",
    "siting",
    "consolidation",
    "targets",
    "projects",  # the state of a planner's work
    "jobs",  # long work
    "maps",
    "charts",
    "handouts",
    "cli ui",  # two doors to the same rooms
]
MAY_OPEN = {"base", "projects"}
TO_DEGREES = {"mixplan/maps", "mixplan/city/crs.py", "mixplan/city/datums.py", "mixplan/handouts/geojson.py"}
LONGEST_MODULE = 450
LONGEST_FUNCTION = 60  # code lines: without docstring, comments and blank lines
MOST_PARAMETERS = 8


@cache
def text_of(path: Path) -> str:
    """Text of a module, read once."""
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """A module as the parser sees it, parsed once."""
    return ast.parse(text_of(path))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Everything in a module, walked once."""
    return list(ast.walk(tree_of(path)))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    """The package below ``mixplan`` in which a module lies, empty for those beside the packages."""
    parts = path.relative_to(ROOT / "mixplan").parts
    return parts[0] if len(parts) > 1 else ""


def against(rule: Callable[[Path], Iterable[str]], paths: Iterable[Path]) -> list[str]:
    """What modules do against a rule, each with the module's name; one test reads them all."""
    return [f"{name(path)}: {fault}" for path in paths for fault in rule(path)]


def test_1_only_ui_and_pages_know_streamlit():
    def knows_it(path: Path) -> set[str]:
        return {n for n in imported(path) if n.split(".")[0].startswith("streamlit")}

    assert against(knows_it, (p for p in PACKAGE if UI not in p.parents)) == []
    assert against(knows_it, PAGES), "those who may know it do, so the rule can be broken"


def test_2_only_base_opens_files_and_only_projects_a_database():
    opening = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "read_file", "read_csv", "read_excel"}

    def opens(path: Path) -> Iterator[str]:
        for node in nodes(path):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if called in opening:
                    yield f"line {node.lineno} calls {called}"
        yield from imported(path) & {"sqlite3"}

    assert against(opens, (p for p in PACKAGE if room(p) not in MAY_OPEN)) == []
    assert {"base", "projects"} <= {room(p) for p in PACKAGE if list(opens(p))}


def test_3_every_layer_that_leaves_the_readers_is_metric(layers, plants):
    assert {frame.crs.to_epsg() for frame in [*vars(layers).values(), plants]} == {4548}


def test_3_only_maps_and_geodata_go_back_to_degrees():
    def goes_back(path: Path) -> list[str]:
        return [written for written in ("to_crs(GEOGRAPHIC_CRS)", "4326") if written in text_of(path)]

    assert against(goes_back, (p for p in PACKAGE if not name(p).startswith(tuple(TO_DEGREES)))) == []


# Figures of the plan, by their digits: each belongs in a data file with its clause.
FIGURES = {10480, 7000, 4986, 5500, 440, 635, 585, 800, 1085}


def policy_numbers(code: list[ast.AST]) -> set[str]:
    """Figures of the plan that stand in code: as numbers, or in the text of a message."""
    found = set()
    # A string that stands alone describes what it stands in or below.
    documentation = {id(node.value) for node in code if isinstance(node, ast.Expr)}
    for node in code:
        if not isinstance(node, ast.Constant) or id(node) in documentation:
            continue
        if type(node.value) in (int, float) and node.value in FIGURES:
            found.add(f"line {node.lineno}: {node.value}")
        elif isinstance(node.value, str) and not re.fullmatch(r"#?[0-9a-fA-F]{6}", node.value):
            for digits in re.findall(r"(?<![\d.,#:])\d[\d,，]*(?![\d.]|px|vh|ms)", node.value):
                if digits.replace(",", "").replace("，", "") in {str(figure) for figure in FIGURES}:
                    found.add(f"line {node.lineno}: {node.value!r}")
    return found


def test_4_no_policy_number_stands_in_code():
    assert against(lambda path: policy_numbers(nodes(path)), PACKAGE) == []


def test_4_a_policy_number_in_a_sentence_is_found():
    def found(source: str) -> set[str]:
        return policy_numbers(list(ast.walk(ast.parse(source))))

    assert found('text = _("产能压到 7,000 万m³")')
    assert found("limit = 7000")
    assert not found('"""In 2012 the limit was 7000."""')


RULE_IDS = {rule.id for rule in load_rules().rules} - set(STATUSES)  # one rule is called what a status is


def test_4_rules_are_asked_for_by_role_or_measure_never_by_id():
    """So that a rule can be added, renamed or split in the data alone."""

    def names_one(path: Path) -> set[str]:
        texts = {node.value for node in nodes(path) if type(node) is ast.Constant}
        here = set(MEASURES) if name(path) == "mixplan/screening/measures.py" else set()  # a measure is named there
        return texts & (RULE_IDS - here)

    assert against(names_one, [*PACKAGE, *PAGES]) == []


def test_5_a_colour_that_means_something_stands_in_the_style_table_alone():
    meant = {*style.VERDICT_COLOUR.values(), *style.ACTION_COLOUR.values(), *style.STATUS_COLOUR.values()}
    meant |= {style.NEW_LINE_COLOUR, style.ZONE_LINE_COLOUR, style.SENSITIVE_COLOUR, *style.BAND_COLOURS}
    meant = {colour.lower() for colour in meant}

    def writes_one(path: Path) -> set[str]:
        return {one.lower() for one in re.findall(r"#[0-9a-fA-F]{6}", text_of(path))} & meant

    table = ROOT / "mixplan" / "maps" / "style.py"
    assert against(writes_one, (p for p in [*PACKAGE, *PAGES] if p != table)) == []
    assert writes_one(table)


def test_imports_point_one_way():
    rank = {package: place for place, row in enumerate(ORDER) for package in row.split()}
    assert set(rank) == {p.name for p in (ROOT / "mixplan").iterdir() if (p / "__init__.py").exists()}
    for path in PACKAGE:
        here = room(path)
        if not here:
            continue
        for other in imported(path):
            parts = other.split(".")
            if parts[0] == "mixplan" and len(parts) > 1 and parts[1] in rank and parts[1] != here:
                assert rank[parts[1]] < rank[here], f"{name(path)} imports {other}"


def test_nobody_imports_a_private_name_of_another_module():
    for path in PACKAGE:
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mixplan"):
                private = [a.name for a in node.names if a.name.startswith("_") and not a.name.startswith("__")]
                assert not private, f"{name(path)} imports {private} from {node.module}"


@pytest.mark.parametrize("stub", sorted((ROOT / "mixplan").rglob("__init__.pyi")), ids=name)
def test_every_name_that_a_package_hands_on_exists(stub):
    package = importlib.import_module(".".join(stub.parent.relative_to(ROOT).parts))
    handed = [alias.asname for node in ast.parse(stub.read_text("utf-8")).body for alias in node.names]
    assert sorted(package.__all__) == sorted(set(handed))
    assert [one for one in handed if not hasattr(package, one)] == []


def code_lines(source: str) -> set[int]:
    """Numbers of the lines that hold code."""
    nothing = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in nothing:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return lines


def too_long(path: Path) -> Iterator[str]:
    """What of a module is longer than it may be."""
    source = text_of(path)
    # The solver's search and its relaxation are one idea each.
    if len(source.splitlines()) > LONGEST_MODULE and "siting/solver" not in name(path):
        yield f"{len(source.splitlines())} lines"
    lines = code_lines(source)
    for node in nodes(path):
        if not isinstance(node, ast.FunctionDef):
            continue
        first = node.body[0]
        described = set(range(first.lineno, (first.end_lineno or 0) + 1)) if ast.get_docstring(node) else set()
        length = len(lines & set(range(node.lineno, (node.end_lineno or 0) + 1)) - described)
        if length > LONGEST_FUNCTION:
            yield f"{node.name} has {length} code lines"
        arguments = [a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]]
        taken = [a for a in arguments if a not in ("self", "cls")]
        if len(taken) > MOST_PARAMETERS:
            yield f"{node.name} takes {len(taken)} parameters"


def test_modules_and_functions_stay_short():
    assert against(too_long, [*PACKAGE, *PAGES]) == []


# What Streamlit reads as Markdown: the place of each such text among the arguments, and its name.
BODIES = ("markdown", "caption", "write", "title", "subheader", "error", "warning", "info", "success", "toast")
LABELLED = (
    *("button", "download_button", "form_submit_button", "checkbox", "toggle", "slider", "select_slider"),
    *("number_input", "text_input", "text_area", "selectbox", "multiselect", "radio", "pills", "segmented_control"),
    *("file_uploader", "expander", "popover", "status"),
)
MARKDOWN = {
    **{called: {0: "body"} for called in BODIES},
    **{called: {0: "label"} for called in LABELLED},
    "metric": {0: "label", 1: "value", 2: "delta"},
    "page_link": {1: "label"},
    "progress": {1: "text"},
    "spinner": {0: "text"},
    "tabs": {0: "tabs"},
    "Page": {1: "title"},
}
# Their options, too: what names them must go through `texts.shown`.
MARKDOWN_OPTIONS = {"radio", "pills", "segmented_control", "select_slider", "one"}
# These would read what they are given as HTML or, cell by cell, as Markdown.
ONLY_IN_TEXTS = {"html", "table"}


def is_text_as_text(node: ast.expr | None) -> bool:
    """Whether an expression can only be a fixed sentence, or has gone through ``ui.texts``."""
    if isinstance(node, ast.Constant | None):
        return True
    if isinstance(node, ast.JoinedStr):
        return all(is_text_as_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_text_as_text(node.value)
    if isinstance(node, ast.BinOp):
        return is_text_as_text(node.left) and is_text_as_text(node.right)
    if isinstance(node, ast.IfExp):
        return is_text_as_text(node.body) and is_text_as_text(node.orelse)
    if isinstance(node, ast.List):
        return all(is_text_as_text(one) for one in node.elts)
    if isinstance(node, ast.ListComp):
        return is_text_as_text(node.elt)
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func).removeprefix("texts.")
    if called == "_":
        return all(isinstance(one, ast.Constant) for one in node.args)
    if called.endswith(".format") and isinstance(node.func, ast.Attribute):
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        return is_text_as_text(node.func.value) and all(is_text_as_text(one) for one in given)
    return called in ("plain", "shown", "number", "change")


def markdown_from_data(tree: ast.AST) -> list[str]:
    """Places where something other than a fixed sentence could be read as Markdown or HTML."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        read = [named.get("help")]
        # A package's own functions that bear other names escape their labels themselves.
        for place, name in MARKDOWN.get(called, {}).items():
            read += [node.args[place] if place < len(node.args) else named.get(name)]
        if called in MARKDOWN_OPTIONS:
            spoken = named.get("format_func")
            if spoken is not None and not re.match(r"\W[^'\"]*\W\.format$", ast.unparse(spoken)):
                read.append(spoken)
        found += [f"line {node.lineno}: {ast.unparse(one)[:60]}" for one in read if not is_text_as_text(one)]
        if owner == "st" and called in ONLY_IN_TEXTS:
            found.append(f"line {node.lineno}: st.{called}")
    return found


def test_6_what_markdown_reads_is_fixed_or_goes_through_texts():
    """A file name, a cell or an exception in ``st.error`` would be read as Markdown: an image would be fetched."""
    drawing = (p for p in [*sorted(UI.rglob("*.py")), *PAGES] if p != UI / "texts.py")
    assert against(lambda path: markdown_from_data(tree_of(path)), drawing) == []


def test_6_markup_is_our_own():
    """What is put into ``Markup`` afterwards it escapes; what it begins with it believes."""

    def believes(path: Path) -> Iterator[str]:
        for node in nodes(path):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "Markup"):
                continue
            (given,) = node.args
            constant = isinstance(given, ast.Name) and given.id.isupper() and name(path).startswith("mixplan/ui/")
            drawn = name(path) == "mixplan/handouts/html.py" and ast.unparse(given) == "svg"  # by the charts' renderer
            if not (isinstance(given, ast.Constant) or constant or drawn):
                yield f"line {node.lineno}: {ast.unparse(given)}"

    assert against(believes, [*PACKAGE, *PAGES]) == []


@pytest.mark.parametrize(
    "code",
    [
        "st.error(str(error))",
        "box.metric(label, 1)",
        "st.button(_('关闭'), help=row['name'])",
        "st.pills(_('站'), names, format_func=labels.get)",
        "st.caption(_('备注：{note}').format(note=row['note']))",
        "st.html(f'<b>{name}</b>')",
        "st.tabs(names)",
    ],
)
def test_6_data_on_its_way_to_markdown_is_found(code):
    assert markdown_from_data(ast.parse(code))


def test_8_only_the_session_module_knows_the_session_state():
    def knows_it(path: Path) -> list[str]:
        asked = [n for n in nodes(path) if isinstance(n, ast.Attribute) and n.attr == "session_state"]
        return [f"line {n.lineno}" for n in asked] + [n for n in imported(path) if n.endswith("session_state")]

    session = UI / "session.py"
    assert against(knows_it, (p for p in [*PACKAGE, *PAGES] if p != session)) == []
    assert knows_it(session)


@pytest.mark.parametrize("path", [p for p in PAGES if p.parent.name == "pages"], ids=name)
def test_pages_are_thin_and_begin_with_the_frame(path):
    source = text_of(path)
    assert len(source.splitlines()) <= 60
    assert f'ui.begin("{path.stem}")' in source


def test_every_public_name_has_a_docstring():
    def bare(path: Path) -> list[str]:
        named = [node for node in tree_of(path).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        return [node.name for node in named if not node.name.startswith("_") and not ast.get_docstring(node)]

    assert against(bare, [*PACKAGE, *PAGES]) == []


def test_the_repository_names_no_registry_and_no_address_to_download_from():
    files = ["requirements.lock", "requirements-dev.lock", "pyproject.toml", "Makefile", "README.md", ".ci/run"]
    for file in files:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)", text), file


def test_nothing_is_loaded_from_elsewhere_at_run_time():
    def asks_for(path: Path) -> list[str]:
        text = text_of(path).replace("http://www.w3.org/2000/svg", "")
        return re.findall(r"(?:https?:)?//[\w-]+\.(?:com|org|net|io|cn)", text)

    assert against(asks_for, [*sorted((ROOT / "mixplan" / "assets").iterdir()), *PACKAGE, *PAGES]) == []


def test_every_property_runs_under_the_one_profile():
    assert settings.default.deadline is None
    own = re.compile(r"deadline\s*=|derandomize\s*=")
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert [name(path) for path in tests if own.search(text_of(path))] == []
