"""Where an office's folder may stand (exchange.md: never on a stick or a network share)."""

from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path

import pytest

from app import office
from app.keeping import backup
from app.office import Office
from app.problem import Problem
from app.storage import volumes
from app.storage.volumes import Mount

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


@pytest.mark.skipif(os.name != "posix", reason="posix paths")
@pytest.mark.parametrize(
    ("device", "filesystem", "code"),
    [("//server/pub", "cifs", "E_ON_SHARE"), ("server:/x", "nfs4", "E_ON_SHARE")],
)
def test_an_office_is_neither_made_nor_opened_nor_restored_there(
    bureau: Office, tmp_path: Path, device: str, filesystem: str, code: str
) -> None:
    """exchange.md, writing to a stick: an office folder is never kept there; nothing is left behind by the try."""
    kept = tmp_path / "备份.zip"
    backup.backup(bureau, kept)
    shelf = tmp_path / "共享"
    shelf.mkdir()
    among = [*MOUNTS, Mount(device, str(shelf.resolve()), filesystem, "rw")]
    with pytest.raises(Problem) as made:
        office.create(
            shelf / "单位", division="152529", name="某单位", roles=["sponsor"], clerk="经办人甲", among=among
        )
    with pytest.raises(Problem) as restored:
        backup.restore(kept, shelf / "单位", among=among)
    assert {made.value.code, restored.value.code} == {code} and not list(shelf.iterdir())
    beneath = [*MOUNTS, Mount(device, str(bureau.folder.resolve()), filesystem, "rw")]
    with pytest.raises(Problem) as opened:
        office.open_folder(bureau.folder, among=beneath)
    assert opened.value.code == code
    office.open_folder(bureau.folder, among=[*MOUNTS, Mount("overlay", "/", "overlay", "rw")]).close()


@pytest.mark.skipif(os.name != "posix", reason="posix paths")
@pytest.mark.parametrize(
    "mount",
    [
        Mount("overlay", "/", "overlay", "rw"),
        Mount("tmpfs", "/srv", "tmpfs", "rw"),
        Mount("none", "/srv", "9p", "rw"),
        Mount("share", "/srv", "virtiofs", "rw"),
        Mount("/dev/loop0", "/srv", "squashfs", "rw"),
        Mount("/dev/mapper/home", "/srv", "xfs", "rw"),
    ],
)
def test_the_disks_of_containers_are_fixed_ones(mount: Mount) -> None:
    volumes.refuse_office_on(Path("/srv/clerk/台账"), [Mount("overlay", "/", "overlay", "rw"), mount])


def test_the_disk_the_system_runs_from_is_never_a_stick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine started from a USB disk has no other place."""
    (tmp_path / "sdz").mkdir()
    (tmp_path / "sdz" / "removable").write_text("1\n")
    monkeypatch.setattr(volumes, "_BLOCK", tmp_path)
    assert volumes._kind(Mount("/dev/sdz", "/", "ext4", "rw")) == "fixed"
    assert volumes._kind(Mount("/dev/sdz", "/mnt", "ext4", "rw")) == "stick"


@pytest.mark.skipif(not Path("/proc/self/mounts").is_file(), reason="Linux")
def test_the_mount_table_is_read_with_its_blanks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mounts"
    table.write_text("/dev/sdq1 /media/clerk/我的\\040U\\134盘 vfat rw,nosuid 0 0\n", "utf-8")
    monkeypatch.setattr(volumes, "_TABLE", table)
    assert volumes.mounts() == [Mount("/dev/sdq1", "/media/clerk/我的 U\\盘", "vfat", "rw,nosuid")]
    assert volumes.kind_of(Path("/media/clerk/我的 U\\盘/台账")) == "stick"


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


Usage = namedtuple("Usage", "total used free")
WINDOWS = [
    Mount("C:\\", "C:\\", "NTFS", "rw,fixed"),
    Mount("D:\\", "D:\\", "UDF", "ro,cdrom"),
    Mount("E:\\", "E:\\", "FAT32", "rw,removable"),
    Mount("F:\\", "F:\\", "", "rw,removable"),
    Mount("G:\\", "G:\\", "exFAT", "ro,removable"),
    Mount("H:\\", "H:\\", "NTFS", "rw,removable"),
    Mount("Z:\\", "Z:\\", "NTFS", "rw,remote"),
]


def test_of_the_drives_of_windows_only_sticks_with_a_medium_are_offered() -> None:
    """Neither disc nor empty card reader nor share; a write-protected one stands last and says so."""
    rooms = {"E:\\": (8 * 1024**3, 1024**3), "G:\\": (100, 50)}
    labels = {"E:\\": "示范盘"}
    found = volumes.sticks(WINDOWS, rooms.get, lambda path: labels.get(path, ""))
    assert [(v.name, v.writable, v.free) for v in found] == [
        ("示范盘（E:）", True, 1024**3), ("G:", False, 50),
    ], "H: was pulled out between being listed and being asked"  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="posix paths")
def test_a_stick_mounted_twice_is_one_and_a_disc_is_none() -> None:
    both = [
        Mount("/dev/sdq1", "/media/clerk/移动盘", "vfat", "rw,nosuid"),
        Mount("/dev/sdq1", "/run/media/clerk/移动盘", "vfat", "rw"),
        Mount("/dev/sr0", "/media/clerk/光盘", "iso9660", "ro"),
        Mount("/dev/sdr1", "/media/clerk/另一个盘", "exfat", "ro,nosuid"),
    ]
    found = volumes.sticks(both, lambda _path: (9, 4))
    assert [(v.name, v.writable) for v in found] == [("移动盘", True), ("另一个盘", False)]


def test_three_times_the_file_must_be_free_and_the_lack_is_said_in_megabytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """exchange.md, writing to a stick."""
    monkeypatch.setattr(volumes.shutil, "disk_usage", lambda _path: Usage(0, 0, 100 * 1024**2))
    volumes.refuse_no_room(tmp_path, 33 * 1024**2)
    with pytest.raises(Problem) as caught:
        volumes.refuse_no_room(tmp_path, 60 * 1024**2)
    assert caught.value.code == "E_DISK_FULL" and "还差 80 MB，没有写" in caught.value.text
