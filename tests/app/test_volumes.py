"""Where an office's folder may stand (exchange.md: never on a stick or a network share)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app import volumes
from app.problem import Problem
from app.volumes import Mount

MOUNTS = [
    Mount("/dev/vda1", "/", "ext4", "rw,relatime"),
    Mount("/dev/vdb1", "/data", "ext4", "rw"),
    Mount("/dev/sdq1", "/media/clerk/移动盘", "vfat", "rw,nosuid"),
    Mount("server:/export", "/data/clerk/共享", "nfs4", "rw"),
    Mount("//server/pub", "/srv/pub", "cifs", "rw"),
    Mount("tmpfs", "/tmp", "tmpfs", "rw"),
]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/qidi", "fixed"),
        ("/data/clerk/文档/起底台账", "fixed"),
        ("/media/clerk/移动盘/台账", "stick"),
        ("/media/clerk/移动盘", "stick"),
        ("/data/clerk/共享/台账", "share"),
        ("/data/clerk/共享盘", "fixed"),
        ("/srv/pub/x/y", "share"),
        ("/tmp/x", "fixed"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="posix paths")
def test_the_deepest_mount_above_a_path_decides(path: str, kind: str) -> None:
    assert volumes.kind_of(Path(path), MOUNTS) == kind


@pytest.mark.parametrize(
    ("path", "code"), [("/media/clerk/移动盘/台账", "E_ON_STICK"), ("/srv/pub/台账", "E_ON_SHARE")]
)
@pytest.mark.skipif(os.name != "posix", reason="posix paths")
def test_an_office_on_a_stick_or_a_share_is_refused(path: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        volumes.refuse_office_on(Path(path), MOUNTS)
    assert caught.value.code == code and path in caught.value.text and "本机硬盘" in caught.value.text
    volumes.refuse_office_on(Path("/data/clerk/台账"), MOUNTS)


def test_windows_tells_removable_and_remote_drives_by_their_options() -> None:
    assert volumes._kind(Mount("E:\\", "E:\\", "FAT32", "rw,removable")) == "stick"
    assert volumes._kind(Mount("Z:\\", "Z:\\", "NTFS", "rw,remote")) == "share"
    assert volumes._kind(Mount("D:\\", "D:\\", "NTFS", "rw,fixed")) == "fixed"


@pytest.mark.skipif(not Path("/sys/class/block").is_dir(), reason="Linux")
def test_a_disk_that_says_it_can_be_pulled_out_is_a_stick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "devices" / "pci0" / "block" / "sdz"
    (disk / "sdz1").mkdir(parents=True)
    (disk / "removable").write_text("1\n")
    blocks = tmp_path / "block"
    blocks.mkdir()
    (blocks / "sdz1").symlink_to(disk / "sdz1")
    monkeypatch.setattr(volumes, "_BLOCK", blocks)
    assert volumes._kind(Mount("/dev/sdz1", "/opt/x", "vfat", "rw")) == "stick"
    (disk / "removable").write_text("0\n")
    assert volumes._kind(Mount("/dev/sdz1", "/opt/x", "vfat", "rw")) == "fixed"


def test_this_machine_answers(tmp_path: Path) -> None:
    assert volumes.kind_of(tmp_path) in ("fixed", "stick", "share")
    assert all(v.kind == "stick" for v in volumes.sticks())
    assert any(m.path for m in volumes.mounts())
