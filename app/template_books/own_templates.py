"""Templates that this office wrote itself: their text in its records, each as a file beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.change import Change
from app.ledger import ledgers, settings
from app.office import Office
from app.problem import Problem
from app.storage import files
from app.templating import kind_codes, template_reading
from app.words.templates import Loaded
from models.schema import setting as setting_table

OWN = "template:"
"""Begins the key of the setting of one; its id follows."""
FOLDER = "templates"


@dataclass(frozen=True)
class Written:
    """One of them: `path` is its text as a file, `on` the day it was kept."""

    template: str
    title: str
    version: str
    digest: str
    on: str
    path: Path
    text: str


def keep(office: Office, loaded: Loaded) -> Change:
    """Keep a template, in place of an earlier one of its id.

    Raises Problem E_TEMPLATE_TAKEN for the id of one that comes with the program, E_KIND_CODE for letters that another
    template has.
    """
    t = loaded.t
    if any(one.t.id == t.id for one in template_reading.builtins()):
        raise Problem(
            "E_TEMPLATE_TAKEN",
            f"编号“{t.id}”已是程序自带的模板，自己写的请在 settings 表里另起编号（id）",
            field="id",
            id=t.id,
        )
    if problem := clash(office, loaded):
        raise problem
    told = {
        "title": t.title, "version": t.version, "digest": loaded.digest, "on": office.today().isoformat(),
        "source": loaded.source,
    }  # fmt: skip
    settings.put(office, OWN + t.id, told)
    return Change(
        f"已收进本单位的模板：《{t.title}》{t.version}",
        subject=t.id,
        facts={"id": t.id, "digest": loaded.digest},
    )


def clash(office: Office, loaded: Loaded) -> Problem | None:
    """Problem E_KIND_CODE where the letters of a template's numbers are another's: built in, kept here or of a ledger."""
    kept = [one for written in all(office) if (one := kind_codes.told(written.text))]
    with office.read() as connection:
        known = [*ledgers.coded(connection), *kept]
    return kind_codes.clash(loaded, known)


def all(office: Office) -> list[Written]:  # noqa: A001 - reads as own_templates.all
    """Those that are kept, by id; a file that is not there, or not as it was kept, is written anew."""
    t = setting_table.c
    with office.read() as connection:
        rows = connection.execute(select(t.key, t.value).where(t.key.startswith(OWN)).order_by(t.key)).all()
    return [
        Written(
            row.key.removeprefix(OWN), told["title"], told["version"], told["digest"], told["on"],
            _file(office, row.key.removeprefix(OWN), told["source"]), told["source"],
        )
        for row in rows
        if (told := row.value)
    ]  # fmt: skip


def _file(office: Office, template: str, source: str) -> Path:
    path = office.folder / FOLDER / f"{template}.toml"
    data = source.encode()
    if not office.readonly and (not path.is_file() or path.read_bytes() != data):
        path.parent.mkdir(exist_ok=True)
        files.write_whole(path, data)
    return path
