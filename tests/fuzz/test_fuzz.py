"""Malformed files through every entrance: refused in words, or taken exactly; never a crash, a wait or a wrong value.

A sample runs with the suite; ``make fuzz`` runs all of them.
"""

import os
import random
import re
import time
import warnings

import pytest
from fuzz import documents, networks, tables
from fuzz.case import Case, outcome

SEED = int(os.environ.get("MIXPLAN_FUZZ_SEED", "2011"))
WHOLE = "MIXPLAN_FUZZ" in os.environ
SAMPLE = 150
LONGEST_S = 10.0
# What libraries say, and no planner should read: their own words, or a sentence in Latin letters.
_LIBRARY = re.compile(
    r"Expecting|codec|not well-formed|Errno|Traceback|invalid|Error\b|object has no|NoneType|No such file|unpack|token"
    r"|[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}"
)
_QUOTED = re.compile(r"“.*?”|[^ ]*\.(?:csv|xlsx|json|geojson|toml|txt)", re.DOTALL)

ALL = [*tables.cases(SEED), *documents.cases(SEED), *networks.cases(SEED)]
SHOWN = ALL if WHOLE else random.Random(SEED).sample(ALL, SAMPLE)


@pytest.mark.parametrize("case", SHOWN, ids=str)
def test_a_malformed_file_is_refused_in_words_or_taken_exactly(case: Case) -> None:
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a library warns of, a planner never sees
        values, said = outcome(case)
    assert time.process_time() - began < LONGEST_S
    for sentence in said:
        assert not _LIBRARY.search(_QUOTED.sub("", sentence)), sentence
        assert len(sentence) < 20_000
    if case.values is not None:
        assert values == pytest.approx(case.values) if _all_numbers(case.values) else values == case.values, said
        assert bool(said) == case.refused, said


def _all_numbers(values: object) -> bool:
    return isinstance(values, dict) and all(isinstance(value, float) for value in values.values())


def test_there_are_enough_of_them_over_every_entrance() -> None:
    assert len(ALL) >= 300
    assert {case.entrance.name for case in ALL} >= {
        "plants",
        "demand",
        "candidates",
        "proposal",
        "decisions",
        "indicators",
    }
