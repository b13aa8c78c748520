"""A register of a project is used as it was read when it was brought, whatever a later release would read of it."""

from dataclasses import replace

import pytest

from mixplan.base.errors import DatumError
from mixplan.projects import own_register
from mixplan.projects.project import FileUse
from mixplan.registers.parsed import register_bytes
from mixplan.registers.plants import read_register

FILE = "id,name,kind,lon,lat\nc1,甲站,concrete,116.5,39.8\n".encode()
READ = read_register(FILE, "站点.csv", datum="gcj02", default_location_error_m=50.0)
USE = FileUse("file", "站点.csv", "gcj02", 50, parsed="as read")


def test_what_was_read_is_used_and_the_file_need_not_be_there():
    found = own_register.register_from(USE, lambda key: {"as read": register_bytes(READ)}[key])
    assert found.plants.equals(READ.plants) and found.version == READ.version


def test_where_it_is_not_kept_the_file_is_read():
    found = own_register.register_from(replace(USE, parsed=""), lambda key: {"file": FILE}[key])
    assert found.plants.equals(READ.plants) and found.version == READ.version


def test_a_release_that_reads_the_file_otherwise_says_so_and_one_that_reads_it_the_same_does_not(monkeypatch):
    moved = replace(READ, plants=READ.plants.assign(name="乙站"), release="0.0.9")
    kept = {"as read": register_bytes(moved), "file": FILE}
    assert "0.0.9" in own_register.register_read_otherwise(USE, kept.__getitem__)
    kept["as read"] = register_bytes(replace(READ, release="0.0.9"))
    assert own_register.register_read_otherwise(USE, kept.__getitem__) == ""
    kept["as read"] = register_bytes(replace(moved, release=READ.release))
    assert own_register.register_read_otherwise(USE, kept.__getitem__) == ""


def test_a_datum_that_is_none_is_refused_in_words():
    with pytest.raises(DatumError, match="mars"):
        own_register.register_from(replace(USE, parsed="", datum="mars"), lambda _key: FILE)
