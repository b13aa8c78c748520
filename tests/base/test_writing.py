"""Files written whole or not at all, and what killed exports leave behind."""

import os
import time

import pytest

from mixplan.base.files import folders, writing


def aged(path, hours):
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_the_next_export_clears_old_drafts_and_nothing_else(tmp_path):
    left, fresh, own = tmp_path / ".mixplan-a1.draft", tmp_path / ".mixplan-b2.draft", tmp_path / "mixplan-plan.draft"
    for path in (left, fresh, own):
        path.write_bytes(b"half")
    aged(left, 25)
    aged(own, 25)
    writing.write_file(tmp_path / "out.csv", b"whole")
    assert sorted(p.name for p in tmp_path.iterdir()) == [fresh.name, own.name, "out.csv"]
    assert (tmp_path / "out.csv").read_bytes() == b"whole"


def test_a_workroom_is_gone_afterwards_and_one_left_behind_goes_next_time(tmp_path, monkeypatch):
    monkeypatch.setattr(writing.tempfile, "tempdir", str(tmp_path))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    left = tmp_path / "mixplan-work-left"
    left.mkdir()
    (left / "report.gpkg").write_text("half")
    aged(left, 25)
    link = tmp_path / "mixplan-work-link"
    link.symlink_to(outside)
    os.utime(link, (0, 0), follow_symlinks=False)
    with writing.workroom() as room:
        (room / "report.gpkg").write_text("whole")
        assert room.is_dir()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["outside"]
    assert (outside / "kept").exists(), "a link is removed, not what it points to"


@pytest.mark.parametrize(
    ("folder", "network"),
    [("/home/a/b", True), ("/home/my docs/x", True), ("/home2/x", False), ("/srv/local/x", False)],
)
def test_the_deepest_mount_says_whether_a_folder_is_on_the_network(tmp_path, monkeypatch, folder, network):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n//nas/home /home cifs rw 0 0\nnas:/d /home/my\\040docs nfs4 rw 0 0\n"
        "nas:/srv /srv nfs rw 0 0\n/dev/sdb1 /srv/local ext4 rw 0 0\n"
    )
    monkeypatch.setattr(folders, "_MOUNTS", mounts)
    monkeypatch.setattr(folders.sys, "platform", "linux")
    assert folders.on_network(folders.Path(folder)) is network


def test_where_nothing_says_so_a_folder_is_not_on_the_network(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "_MOUNTS", tmp_path / "none")
    assert folders.on_network(tmp_path) is False
