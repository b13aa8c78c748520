"""Solve the cases that are shipped solved, so that no planner opens siting or consolidation on an empty page.

``python tools/solve_data.py`` writes ``data/solved/`` (about two minutes) and renews the descriptor. Run it after any
change of data or of default settings: a test says when it is needed. Which plan of those within the gap is found may
depend on the machine; that it is one, and how good it is proven to be, is checked by a test of its own.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mixdata import package

from mixplan.base.progress import Progress
from mixplan.city.layers import load_layers
from mixplan.consolidation import joint, kept, tradeoff
from mixplan.consolidation.case import Case, build_case
from mixplan.consolidation.inputs import inputs_of
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.settings import Settings, default_settings
from mixplan.consolidation.takeover import takeover
from mixplan.coverage import supply
from mixplan.plan.datapackage import SOLVED
from mixplan.plan.rules import load_rules
from mixplan.registers.plants import load_plants
from mixplan.registers.points import load_demand
from mixplan.screening.judge import screen
from mixplan.siting import asked
from mixplan.siting import case as siting_case
from mixplan.siting import kept as siting_kept
from mixplan.siting.inputs import SitingInputs, no_points
from mixplan.siting.proposal import solve_case
from mixplan.siting.settings import Effort
from mixplan.siting.settings import default_settings as siting_settings

DATA = Path(__file__).resolve().parents[1] / "data"
TIME_S = 1800.0  # so long that every solve ends by its gap
SEED = 0


def siting() -> dict[str, Any]:
    """Sites for the new lines."""
    book, layers, plants = load_rules(), load_layers(), load_plants()
    given = SitingInputs(
        load_demand(), supply.existing_supply(plants, layers), no_points(), supply.concrete_stations(plants)
    )
    case = siting_case.build_case(given, siting_settings(book), layers, book, on=book.period_end)
    found = solve_case(case, Effort(0.01, TIME_S, SEED), watcher=_say)
    return siting_kept.kept_record(found, case, asked.asked_of(case.settings))


def _case(settings: Settings) -> Case:
    book, layers, plants = load_rules(), load_layers(), load_plants()
    findings = screen(plants, layers, book, on=book.period_end)
    return build_case(plants, findings, layers, book, load_demand(), settings)


def single() -> dict[str, Any]:
    """The consolidation plan of the target year."""
    return _plan(default_settings(load_rules(), time_limit_s=TIME_S))


def phased() -> dict[str, Any]:
    """The consolidation plan year by year."""
    return _plan(default_settings(load_rules(), phased=True, time_limit_s=TIME_S))


def _plan(settings: Settings) -> dict[str, Any]:
    plan = tradeoff.solve_and_explain(_case(settings), watcher=_say)
    return kept.plan_record(plan, inputs_of(settings, margin_m=load_rules().margin_m))


def together() -> dict[str, Any]:
    """The consolidation plan of the target year together with the mortar lines."""
    book, layers, plants = load_rules(), load_layers(), load_plants()
    settings, wanted = default_settings(book, time_limit_s=TIME_S), joint.default_joint(book)
    case = _case(settings)
    whole = joint.build_joint(case, plants, layers, book, load_demand(), wanted)
    made = joint.solve(case, plants, layers, book, load_demand(), wanted, watcher=_say)
    made = replace(made, plan=_explained(made.plan))
    return kept.joint_record(made, whole, inputs_of(settings, margin_m=book.margin_m, joint=wanted))


def _explained(plan: Plan) -> Plan:
    """A plan with who takes over and what deciding otherwise would cost, which take a while to work out."""
    plan = replace(plan, heirs=takeover(plan))
    return replace(plan, otherwise=tradeoff.otherwise_estimates(plan))


CASES: dict[str, Callable[[], dict[str, Any]]] = {
    "siting": siting,
    "consolidation_single": single,
    "consolidation_phased": phased,
    "consolidation_joint": together,
}


def _say(now: Progress) -> bool:
    print(f"\r{now.seconds:7.1f} s  {now.objective:14.1f}  {now.bound:14.1f}  {now.gap:8.2%}", end="", file=sys.stderr)
    return True


def main(argv: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Solve the cases that are shipped solved.")
    parser.add_argument("names", nargs="*", metavar="CASE", help=f"one of {', '.join(CASES)} (default: all)")
    names = parser.parse_args(argv).names or list(CASES)
    if strange := sorted(set(names) - set(CASES)):
        parser.error(f"no case is called {', '.join(strange)}")
    package.write_descriptor(DATA)  # what the solves are made from must be what it says
    (DATA / SOLVED).mkdir(exist_ok=True)
    for name in names:
        print(name, file=sys.stderr)
        text = json.dumps(CASES[name](), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        (DATA / SOLVED / f"{name}.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        print(file=sys.stderr)
    package.write_descriptor(DATA)
    return 0


if __name__ == "__main__":
    sys.exit(main())
