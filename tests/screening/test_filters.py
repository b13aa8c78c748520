"""What a filter lets pass, for the table and for the map alike."""

import base64
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixplan.maps.documents import facet_document
from mixplan.screening.stations import FACETS, facets, passing

RINGS = pd.array([3, 0, pd.NA, 3], dtype="Int64")
TABLE = pd.DataFrame(
    {
        "kind": ["concrete", "mortar", "concrete", "precast"],
        "drawn": ["flag_certain", "pass_certain", "unknown", "flag_certain"],
        "certainty": ["certain", "certain", "", "borderline"],
        "evidence": ["sourced", "modelled", "sourced", "sourced"],
        "ring": RINGS,
        "district_id": ["110105", "110119", "", "110105"],
        "status": ["inventory_2010", "inventory_2010", "proposed", "closed"],
    },
    index=["a", "b", "c", "d"],
)
CODES = {name: sorted({str(one) for one in TABLE[column]}) for name, column in FACETS.items()}
CHOICES = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from([*codes, "{{gone}}"])) for name, codes in CODES.items()}
)


@pytest.mark.parametrize(
    ("chosen", "passes"),
    [
        ({}, "abcd"),
        ({"kinds": []}, "abcd"),
        ({"kinds": ["concrete"]}, "ac"),
        ({"kinds": ["concrete", "mortar"]}, "abc"),
        ({"kinds": ["concrete"], "evidence": ["modelled"]}, ""),
        ({"rings": ["3"]}, "ad"),
        ({"rings": ["0"]}, "b"),
        ({"kinds": ["{{gone}}"]}, ""),
    ],
)
def test_one_of_the_codes_of_every_choice_must_fit(chosen, passes):
    assert "".join(passing(TABLE, chosen).index) == passes


@given(CHOICES)
def test_the_documents_bits_say_the_same_as_the_table(chosen):
    """As the map script reads them: a bit each, the first one highest; none where every feature has the code."""
    bits = json.loads(facet_document(facets(TABLE)))

    def has(name: str, code: str, at: int) -> bool:
        if code not in bits[name]:
            return False
        packed = bits[name][code]
        return packed is None or bool(base64.b64decode(packed)[at // 8] & (128 >> at % 8))

    by_bits = [
        station
        for at, station in enumerate(TABLE.index)
        if all(any(has(name, code, at) for code in codes) for name, codes in chosen.items() if codes)
    ]
    assert by_bits == list(passing(TABLE, chosen).index)
