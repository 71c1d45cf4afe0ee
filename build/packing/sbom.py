"""The list of all that is shipped, as CycloneDX 1.5 JSON, and the licence texts beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
import shutil
import subprocess
import uuid
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from packing import contents, icu, libraries, licences
from packing.contents import ROOT
from packing.licences import Part

FOLDER = "licenses"
FILE = "sbom.cdx.json"
MEANS = """起底台账 Qidi 的许可与组成

本程序按 Apache-2.0 发布（qidi/LICENSE.txt）。一起发的部件各按自己的许可，正文在这个文件夹里，
逐件写在 sbom.cdx.json（CycloneDX）里。

Qt 6 和 PySide6 按 LGPL-3.0 使用：它们是 _internal/PySide6 里单独的动态库，没有改动，可以换成您自己编译的、
接口相同的版本，再启动就用新的；许可也不禁止为此反向工程。Qt 6.9.3、PySide6 6.9.3 的源代码由 Qt 项目公开提供。
Qt 带来的 ICU 只在 libicudata 里去掉了这里用不到的数据表（分词、语言和地区的名称、计量单位、转写），程序没有改；
换上的 Qt 如果要用这些，请把 libicudata 一起换成完整的。
从系统带来的 LGPL 库（glib、libgcrypt、libsystemd 等）同样是 _internal 里单独的文件，可以替换。

没有做到的：编进二进制里的更小部件（Rust 的 crate、Qt 自带的第三方代码）只有它们自己附了清单的才列得出来
（cryptography 的在 _internal 里它自己的 dist-info/sboms）。从 PyPI 来的部件，散列值是锁文件允许的各个安装包的。
"""


def parts(program: Path, modules: Iterable[str]) -> list[Part]:
    """All that stands in a packed program: `modules` are the names inside its archive."""
    pinned = licences.locked((ROOT / "requirements.lock").read_text("utf-8"))
    tops = {name.partition(".")[0] for name in modules} | {path.name for path in (program / contents.INNER).iterdir()}
    whose = importlib.metadata.packages_distributions()
    named = {dist for top in tops for dist in whose.get(top.partition(".")[0], ())} | _by_file(tops)
    named -= {"qidi", *_TOOLS}
    found = [licences.distribution(name, pinned) for name in sorted(named, key=str.lower)]
    return [*found, *licences.others(), *of_qt(program), *_of_system(program)]


_TOOLS = ("setuptools", "pyinstaller", "pyinstaller-hooks-contrib")


def _by_file(tops: set[str]) -> set[str]:
    """Of the libraries a wheel lays beside its package; those name no distribution."""
    return {"pillow"} if "pillow.libs" in tops else set()


def of_qt(program: Path) -> list[Part]:
    """ICU, where Qt's wheel brings it as libraries of its own."""
    versions = {path.name.rpartition(".")[2] for path in (program / icu.FOLDER).glob("libicudata.so.*")}
    text = (licences.TEXTS / "ICU.txt",)
    return [Part("icu", version, licences.ICU, text, f"pkg:generic/icu@{version}") for version in sorted(versions)]


def _of_system(program: Path) -> list[Part]:
    """The libraries copied from the build host, by the package that owns them there."""
    found = []
    for path in libraries.files(program / contents.INNER):
        named = next((p for name, p in contents.HOST_LIBRARIES.items() if fnmatch(path.name, name)), "")
        if path.parent != program / contents.INNER or named in ("", "python3"):
            continue
        package = _owner(path.name) or named
        text = Path("/usr/share/doc") / package / "copyright"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        version = _asked("dpkg-query", "-W", "-f", "${Version}\n", package)
        purl = f"pkg:deb/debian/{package}@{version}#{path.name}"
        licence = licences.OF_DEBIAN.get(named, "")
        texts = (text, *licences.named_texts(licence)) if text.is_file() else ()
        found.append(Part(f"{package}/{path.name}", version, licence, texts, purl, (digest,)))
    return found


def _owner(library: str) -> str:
    """The package of the build host that holds a library; its name differs from one release of Debian to the next."""
    return _asked("dpkg-query", "-S", f"*/{library}").partition(":")[0]


def _asked(*command: str) -> str:
    """The first line of what it says; "" where there is no such program or it knows nothing."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
    return said.partition("\n")[0].strip()


def document(shipped: Iterable[Part], version: str, made: int) -> dict[str, Any]:
    """CycloneDX 1.5; `made` in seconds since 1970. The serial number follows from what is listed."""
    components = [_component(part) for part in shipped]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": dt.datetime.fromtimestamp(made, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application", "bom-ref": "qidi", "name": "qidi", "version": version,
                "licenses": [{"expression": licences.OURS}],
            },
        },
        "components": components,
        "dependencies": [{"ref": "qidi", "dependsOn": sorted(each["bom-ref"] for each in components)}],
    }  # fmt: skip


def _component(part: Part) -> dict[str, Any]:
    one = {"hashes": [{"alg": "SHA-256", "content": part.hashes[0]}]} if len(part.hashes) == 1 else {}
    many = {"properties": [{"name": "qidi:locked:sha256", "value": each} for each in part.hashes]} if not one else {}
    return {
        "type": "library",
        "bom-ref": part.purl or part.name,
        "name": part.name,
        "version": part.version,
        "licenses": [{"expression": part.licence}],
        "purl": part.purl,
        **one,
        **{key: value for key, value in many.items() if value},
    }


def write(program: Path, shipped: list[Part], version: str, made: int) -> None:
    """`licenses/` in the program: what it means, every text, the list."""
    folder = program / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "qidi").mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", folder / "qidi" / "LICENSE.txt")
    (folder / "README.txt").write_text(MEANS, "utf-8")
    for part in shipped:
        home = folder / part.name.partition(",")[0].partition("/")[0]
        home.mkdir(exist_ok=True)
        for text in part.texts:
            if text.is_file():
                shutil.copyfile(text, home / _named(text))
    told = json.dumps(document(shipped, version, made), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FILE).write_text(told + "\n", "utf-8")


def _named(text: Path) -> str:
    """A name that tells two texts of one part apart."""
    parts = text.parts
    if "licenses" in parts:
        return "-".join(parts[parts.index("licenses") + 1 :])
    return text.name
