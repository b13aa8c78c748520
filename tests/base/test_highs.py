"""HiGHS under a watch: it ends when it is told to, and a breakdown is not an answer."""

import highspy
import numpy as np
import pytest

from mixplan.base.errors import SolverError
from mixplan.base.highs import answered, quiet_highs, run_watched
from mixplan.base.progress import Watch


def hard_program(n: int = 60) -> highspy.HighsLp:
    """A market split problem: small to write down, and years of branching."""
    rng = np.random.default_rng(0)
    rows = 6
    weight = rng.integers(1, 100, (rows, n)).astype(float)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n + 2 * rows, rows
    lp.col_cost_ = np.concatenate([np.zeros(n), np.ones(2 * rows)])
    lp.col_lower_, lp.col_upper_ = np.zeros(n + 2 * rows), np.concatenate([np.ones(n), np.full(2 * rows, np.inf)])
    half = np.floor(weight.sum(axis=1) / 2)
    lp.row_lower_ = lp.row_upper_ = half
    matrix = np.hstack([weight, np.eye(rows), -np.eye(rows)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.arange(0, matrix.size + 1, matrix.shape[1]).astype(np.int32)
    lp.a_matrix_.index_ = np.tile(np.arange(matrix.shape[1]), rows).astype(np.int32)
    lp.a_matrix_.value_ = matrix.ravel()
    lp.integrality_ = [highspy.HighsVarType.kInteger] * n + [highspy.HighsVarType.kContinuous] * (2 * rows)
    return lp


def test_a_run_ends_when_its_watcher_says_so() -> None:
    watch = Watch(600.0, lambda now: now.seconds < 0.3)
    run_watched(quiet_highs(hard_program()), watch)
    assert watch.stopped
    assert watch.seconds < 30.0, "it would have run for ten minutes"


def test_a_run_ends_when_its_time_is_up() -> None:
    watch = Watch(0.3)
    run_watched(quiet_highs(hard_program()), watch)
    assert watch.over
    assert watch.seconds < 30.0


def test_a_run_ends_when_who_looks_on_has_seen_enough() -> None:
    looks: list[float] = []
    watch = Watch(600.0)
    run_watched(quiet_highs(hard_program()), watch, look=lambda: looks.append(watch.seconds) or len(looks) < 3)
    assert len(looks) == 3
    assert not watch.stopped


def test_the_watcher_is_told_while_highs_works() -> None:
    told: list[float] = []
    run_watched(quiet_highs(hard_program()), Watch(600.0, lambda now: told.append(now.seconds) or len(told) < 5))
    assert len(told) == 5
    assert told == sorted(told)


def test_a_breakdown_is_raised_in_words_and_not_taken_for_no_plan() -> None:
    h = quiet_highs()
    with pytest.raises(SolverError, match="求解器出错"):
        answered(h, highspy.HighsStatus.kError)


def test_an_infeasible_program_is_an_answer() -> None:
    h = quiet_highs()
    h.addVar(0.0, 1.0)
    h.addRow(2.0, 3.0, 1, np.array([0], dtype=np.int32), np.array([1.0]))
    answered(h, h.run())
    assert h.getModelStatus() == highspy.HighsModelStatus.kInfeasible
