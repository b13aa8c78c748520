"""Published warehouse location problems."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from solver_cases import OPTIMA, ORLIB, assert_sound, needs_orlib

from mixplan.base.errors import DataError
from mixplan.siting.solver import read_orlib, solve
from mixplan.siting.solver.orlib import read_orlib_file


class TestOrLibrary:
    """Published warehouse location problems."""

    @needs_orlib
    @pytest.mark.parametrize("name", OPTIMA)
    def test_small_ones_to_optimality(self, name: str) -> None:
        problem = read_orlib((ORLIB / f"{name}.txt").read_text())
        plan = solve(problem, gap=0.0)
        assert plan.status == "optimal"
        assert plan.objective == pytest.approx(OPTIMA[name], rel=1e-8)
        assert_sound(problem, plan)

    @needs_orlib
    def test_large_one_brackets_the_published_optimum(self) -> None:
        plan = solve(read_orlib((ORLIB / "capa.txt").read_text(), capacity=8000), gap=0.002)
        assert plan.gap <= 0.002
        assert plan.bound <= 19240822.449 <= plan.objective * (1 + 1e-9)

    TINY = "2 2\n capacity 5.\n capacity 7.\n4\n 8. 12.\n0\n 3. 4.\n"

    def test_costs_are_for_all_of_the_demand(self) -> None:
        problem = read_orlib(self.TINY, capacity=10)
        assert problem.unit_cost.tolist() == [[2.0, 3.0], [0.0, 0.0]]
        assert problem.capacity.tolist() == [10.0, 10.0]
        assert solve(problem, gap=0.0).objective == pytest.approx(13.0)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "没有仓库的个数"),
            ("7", "没有客户的个数"),
            ("a b", "第 1 行：仓库的个数写的是“a”"),
            ("2 1.5", "第 1 行：客户的个数写的是“1.5”，应为：大于 0 的整数"),
            ("0 2", "第 1 行：仓库的个数写的是“0”"),
            ("2 2\n1 2\n", "2 个仓库和 2 个客户，应有 12 个数，到末尾只有 4 个"),
            ("100000 1000000\n1 2\n", "要 100001200002 个数，上限是 2,000,000 个"),
            ("1e15 1e15", "太大"),
            ("99999999999999999999 1", "第 1 行：仓库的个数写的是“99999999999999999999”"),
            (TINY, "第 2 行没有写明第 1 个仓库的容量"),
            ("1 1\n5 7\n3\nx\n", "第 4 行：第 1 个客户在第 1 个仓库的费用写的是“x”"),
            ("1 1\n5 7\n-3\n1\n", "第 3 行：第 1 个客户的需求写的是“-3”，应为：0 至 1e+15 的数"),
            ("1 1\n5 nan\n3\n1\n", "第 2 行：第 1 个仓库的固定费用写的是“nan”"),
            ("1 1\n5 inf\n3\n1\n", "“inf”"),
            ("1 1\n5 1e999\n3\n1\n", "“1e999”"),
            ("1 1\n5 1_000\n3\n1\n", "“1_000”"),
            ("1 1\n5 ٦٠\n3\n1\n", "“٦٠”"),
            ("1 1\n5 7\n1e-300\n1\n", "第 1 个客户的需求 1e-300 太小"),
            ("1 1\n5 7\n3\n1\n9", "第 5 行：1 个仓库和 1 个客户的 6 个数已完"),
        ],
    )
    def test_other_texts_are_refused_with_the_place(self, text: str, says: str) -> None:
        with pytest.raises(DataError, match=re.escape(says)) as refused:
            read_orlib(text, name="坏例.txt")
        assert str(refused.value).startswith("坏例.txt")

    def test_numbers_as_the_library_writes_them(self) -> None:
        problem = read_orlib(" 1 1 \n 5000. 7.5e3\n .5\n 1.\n\n")
        assert (problem.capacity[0], problem.fixed_cost[0]) == (5_000, 7_500)
        assert problem.unit_cost[0, 0] == pytest.approx(2)

    @pytest.mark.parametrize("capacity", [-1.0, float("nan"), float("inf")])
    def test_a_capacity_that_means_nothing_is_refused(self, capacity: float) -> None:
        with pytest.raises(DataError, match="容量"):
            read_orlib(self.TINY, capacity=capacity)

    @pytest.mark.parametrize(
        "content", [b"", bytes(range(256)), b"\xff\xfe1\x00", "２ ２".encode(), b"1 1\n5 7\n\x00 1"]
    )
    def test_a_file_that_is_none_is_refused_by_name(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "坏例.txt"
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"坏例\.txt"):
            read_orlib_file(path)

    def test_what_powershell_writes_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "例.txt"
        path.write_bytes("1 1\n5 7\n3\n6\n".encode("utf-16"))
        assert read_orlib_file(path).unit_cost.tolist() == [[2.0]]
