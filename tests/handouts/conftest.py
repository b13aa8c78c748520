"""One report with a proposal and a plan, one without, and each format of it, made once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import pytest
from opened import SITES, pdf_text

from mixplan.base.i18n import set_language
from mixplan.coverage import supply as coverage_supply
from mixplan.handouts import html, pptx, workbook
from mixplan.handouts import report as handouts_report
from mixplan.handouts.pdf import pages
from mixplan.maps.paper.sheet import StaticMap
from mixplan.plan.indicators import load_indicators


@pytest.fixture(scope="session")
def indicators():
    return load_indicators()


@pytest.fixture(scope="session")
def decisions(plants):
    concrete = plants.index[(plants["kind"] == "concrete") & (plants["status"] == "inventory_2010")]
    action = ["close" if n % 4 == 0 else "upgrade" if n % 4 == 1 else "retain" for n in range(len(concrete))]
    return pd.DataFrame({"action": action}, index=concrete)


@pytest.fixture(scope="session")
def report(plants, layers, book, indicators, decisions):
    set_language("zh")
    sites = coverage_supply.planned_sites(SITES)
    return handouts_report.build(plants, layers, book, indicators, sites=sites, decisions=decisions)


@pytest.fixture(scope="session")
def english(plants, layers, book, indicators, decisions):
    """The same report in English."""
    set_language("en")
    sites = coverage_supply.planned_sites(SITES)
    found = handouts_report.build(plants, layers, book, indicators, sites=sites, decisions=decisions)
    set_language("zh")
    return found


@pytest.fixture(scope="session")
def plain(plants, layers, book, indicators):
    set_language("zh")
    return handouts_report.build(plants, layers, book, indicators)


@contextmanager
def coarse() -> Iterator[None]:
    """Maps of few pixels, where a test reads texts and not pictures."""
    sharp = StaticMap.png
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticMap, "png", lambda drawn, _dpi=0: sharp(drawn, 40))
        yield


@pytest.fixture
def coarse_maps() -> Iterator[None]:
    with coarse():
        yield


@pytest.fixture(scope="session")
def pptx_file(report):
    set_language("zh")
    return pptx.pptx_bytes(report)


@pytest.fixture(scope="session")
def pdf_file(report):
    set_language("zh")
    with coarse():
        return pages.pdf_bytes(report)


@pytest.fixture(scope="session")
def pdf_words(pdf_file):
    return pdf_text(pdf_file)


@pytest.fixture(scope="session")
def page(report):
    set_language("zh")
    return html.html_bytes(report).decode()


@pytest.fixture(scope="session")
def workbook_file(report):
    set_language("zh")
    return workbook.xlsx_bytes(report)
