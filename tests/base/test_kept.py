"""Content kept under its hash: found again by another process, bounded, and never by another name."""

import gzip
import hashlib
import os
import time

import pytest

from mixplan.base.files.kept import KeptContent


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "layers"


def kept(folder, **limits):
    return KeptContent(lambda: folder, **limits)


def test_what_is_kept_is_found_by_its_hash_in_another_process_too(folder):
    name = kept(folder).put(b"content")
    assert name == hashlib.sha256(b"content").hexdigest()
    assert gzip.decompress(kept(folder).packed(name)) == b"content"


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 64])
def test_what_is_no_name_or_names_nothing_is_not_found(folder, name):
    kept(folder).put(b"content")
    assert kept(folder).packed(name) is None


def test_a_damaged_file_is_not_handed_out(folder):
    name = kept(folder).put(b"content")
    (file,) = folder.iterdir()
    for wrong in (b"no gzip", gzip.compress(b"something else"), file.read_bytes()[:-5], b"\x1f\x8b\x08" + b"\xff" * 20):
        file.write_bytes(wrong)
        assert kept(folder).packed(name) is None


def test_where_the_folder_cannot_be_written_this_process_still_has_it(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = kept(tmp_path / "file")
    assert gzip.decompress(store.packed(store.put(b"content"))) == b"content"


def test_memory_is_bounded_and_the_folder_still_has_what_fell_out(folder):
    store = kept(folder, memory_bytes=200)
    names = [store.put(os.urandom(100)) for _ in range(5)]
    assert sum(name in store._memory for name in names) == 1
    assert all(store.holds(name) for name in names)


def test_old_files_go_and_so_does_the_oldest_where_there_is_too_much(folder):
    first = kept(folder)
    old, older, fresh = (first.put(os.urandom(1000)) for _ in range(3))
    for name, days in ((old, 2), (older, 40), (fresh, 0)):
        when = time.time() - days * 86_400
        os.utime(folder / f"{name}.gz", (when, when))
    kept(folder, folder_bytes=1500).put(b"new")
    assert {file.name for file in folder.iterdir()} >= {f"{fresh}.gz"}
    assert not {f"{old}.gz", f"{older}.gz"} & {file.name for file in folder.iterdir()}
