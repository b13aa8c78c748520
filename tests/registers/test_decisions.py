"""The planner's decisions on stations, read from files."""

import pytest

from mixplan.base.errors import DataError
from mixplan.registers.decisions import read_locks


def test_lock_files_name_what_is_wrong() -> None:
    assert read_locks("编号,决定\na,保留\nb,退出\nc,\n".encode(), "l.csv").locks == {"a": "keep", "b": "close"}
    with pytest.raises(DataError, match=r"l\.csv 第 2 行，decision 列，值“maybe”"):
        read_locks(b"id,decision\na,maybe\n", "l.csv")
    with pytest.raises(DataError, match=r"缺少必需的列：decision"):
        read_locks(b"id\na\n", "l.csv")
