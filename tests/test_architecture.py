"""The five rules of CONTRIBUTING.md, kept by reading the source."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "mixplan").rglob("*.py"))
PAGES = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]
UI = ROOT / "mixplan" / "ui"
MAY_OPEN = {"data.py", "rules.py", "store.py"}
# A module may import those before it only.
ORDER = [
    "errors paths i18n",
    "geo rules",
    "solver",
    "data",
    "data_indicators data_consolidation",
    "figures",
    "zones haul",
    "screening",
    "targets balance savings",
    "audit",
    "consolidation_model siting coverage",
    "siting_reasons siting_words",
    "consolidation",
    "consolidation_views",
    "joint",
    "maps search exports charts coverage_charts",
    "maps_siting",
    "stations store static_maps consolidation_tables",
    "reports",
    "reports_files reports_pptx reports_pdf reports_html",
    "handouts cli_stop",
    "cli_targets cli_coverage cli_siting cli_consolidation cli_report",
    "ui cli",
]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [p for p in PACKAGE if UI not in p.parents], ids=name)
def test_1_only_ui_and_pages_know_streamlit(path):
    assert not {n for n in imported(path) if n.split(".")[0].startswith("streamlit")}


@pytest.mark.parametrize("path", [p for p in PACKAGE if p.name not in MAY_OPEN], ids=name)
def test_2_only_data_rules_and_store_open_files(path):
    opening = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "read_file", "read_csv", "read_excel"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            assert called not in opening, f"line {node.lineno} calls {called}"
    assert "sqlite3" not in imported(path)


def test_3_every_layer_that_leaves_data_is_metric(layers, plants):
    assert {frame.crs.to_epsg() for frame in [*vars(layers).values(), plants]} == {4548}


@pytest.mark.parametrize("path", [p for p in PACKAGE if p.name not in {"maps.py", "geo.py", "exports.py"}], ids=name)
def test_3_only_maps_and_exports_go_back_to_degrees(path):
    source = path.read_text(encoding="utf-8")
    assert "to_crs(GEOGRAPHIC_CRS)" not in source
    assert "4326" not in source


@pytest.mark.parametrize("path", PACKAGE, ids=name)
def test_4_no_policy_number_stands_in_code(path):
    """Figures of the plan, by their digits: each belongs in a data file with its clause."""
    figures = {10480, 7000, 4986, 5500, 440, 635, 585, 800, 1085}
    found = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value in figures
    }
    assert not found


def test_imports_point_one_way():
    rank = {module: place for place, module in enumerate(" ".join(ORDER).split())}
    for path in PACKAGE:
        module = path.relative_to(ROOT / "mixplan").parts[0].removesuffix(".py")
        if module in ("__init__", "__main__"):
            continue
        assert module in rank, f"{module} has no place in the order"
        for other in imported(path):
            parts = other.split(".")
            if parts[0] == "mixplan" and len(parts) > 1 and parts[1] in rank and parts[1] != module:
                assert rank[parts[1]] <= rank[module], f"{name(path)} imports {other}"


@pytest.mark.parametrize("path", [*sorted(UI.glob("*.py")), *PAGES], ids=name)
def test_messages_are_fixed_sentences_or_go_through_the_one_function_that_shows_them_as_they_are(path):
    """A file name, a cell or an exception in ``st.error`` would be read as Markdown: an image would be fetched."""
    boxes = {"error", "warning", "info", "success", "toast"}

    def fixed(node: ast.expr) -> bool:
        translated = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
        return isinstance(node, ast.Constant) or (translated and all(isinstance(a, ast.Constant) for a in node.args))

    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    safe = {id(call.func) for call in called if call.args and fixed(call.args[0])}
    opened = {id(call.func) for call in called}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in boxes and id(node) not in safe:
            streamlit_own = isinstance(node.value, ast.Name) and node.value.id == "st"
            assert not streamlit_own and id(node) not in opened, f"line {node.lineno}: use frame.message"


@pytest.mark.parametrize("path", [p for p in PAGES if p.parent.name == "pages"], ids=name)
def test_pages_are_thin_and_begin_with_the_frame(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 60
    assert "ui.begin()" in source


@pytest.mark.parametrize("path", [*PACKAGE, *PAGES], ids=name)
def test_every_public_name_has_a_docstring(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_the_repository_names_no_registry_and_no_address_to_download_from():
    files = ["requirements.lock", "requirements-dev.lock", "pyproject.toml", "Makefile", "README.md", ".ci/run"]
    for file in files:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)", text), file


@pytest.mark.parametrize("path", [*sorted((ROOT / "mixplan" / "assets").iterdir()), *PACKAGE, *PAGES], ids=name)
def test_nothing_is_loaded_from_elsewhere_at_run_time(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?:https?:)?//[\w-]+\.(?:com|org|net|io|cn)", text.replace("http://www.w3.org/2000/svg", ""))


def test_every_property_runs_under_the_one_profile():
    assert settings.default.deadline is None
    own = re.compile(r"deadline\s*=|derandomize\s*=")
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert [name(path) for path in tests if own.search(path.read_text(encoding="utf-8"))] == []
