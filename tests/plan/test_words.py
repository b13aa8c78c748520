"""The term for everything, once: units and how a search ended, in both languages."""

import re
from typing import get_args

import pandas as pd
import pytest

from mixplan.base.i18n import set_language
from mixplan.plan.indicators import load_indicators
from mixplan.plan.rules import load_rules
from mixplan.plan.words import labelled, solution_label, unit_text
from mixplan.siting.settings import MANUAL
from mixplan.siting.solver.result import Status

BOOK = load_rules()
UNITS = sorted(
    {*load_indicators()["unit"], *(rule.unit for rule in BOOK.rules), *(row.unit for row in BOOK.dated)} - {""}
)


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_of_the_data_has_an_english_name(unit):
    assert unit_text(unit) == unit
    set_language("en")
    # 万 and 亿 of tonnes, cubic metres and the like stay as the plan has them.
    assert not re.search("[一-鿿]", re.sub(r"[万亿](?=[tm³² ])", "", unit_text(unit)))


@pytest.mark.parametrize(
    ("unit", "english"),
    [("万元/站", "10k yuan per station"), ("亿元", "100M yuan"), ("元/(m³·km)", "yuan/(m³·km)")],
)
def test_money_is_yuan_in_every_unit(unit, english):
    set_language("en")
    assert unit_text(unit) == english


@pytest.mark.parametrize("status", [*get_args(Status), MANUAL])
def test_how_a_search_ended_is_said_in_both_languages(status):
    chinese = solution_label(status)
    set_language("en")
    assert re.search("[一-鿿]", chinese) and not re.search("[一-鿿]", solution_label(status))


def test_a_column_of_codes_is_put_into_words_row_by_row_and_each_code_once():
    asked = []

    def label(code):
        asked.append(code)
        return f"<{code}>"

    codes = pd.Series(["b", "a", "b", pd.NA], index=[3, 1, 2, 0], dtype=object)
    assert labelled(codes, label).to_dict() == {3: "<b>", 1: "<a>", 2: "<b>", 0: "<<NA>>"}
    assert asked[:2] == ["b", "a"] and len(asked) == 3
